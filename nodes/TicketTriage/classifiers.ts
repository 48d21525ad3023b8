import type { IExecuteFunctions } from 'n8n-workflow';
import { NEVER_ENOUGH, type Classifiers } from '../../core/classify';
import { DEFAULT_DEPARTMENTS, type Department } from '../../core/departments';
import { TriageError } from '../../core/errors';
import { DEFAULT_GEMINI_MODEL } from '../../core/gemini/models';
import { createLocalClassifier, loadShippedReader } from '../../core/local';
import { unknownToLocal } from './departments';
import type { Gemini } from './gemini';
import type { Settings } from './settings';

export interface Reading {
	departments: readonly Department[];
	settings: Settings;
	gemini: Gemini;
}

/** What reads an item's ticket. @throws TriageError misconfigured for departments that the local model does not know */
export async function classifiersOf(
	context: IExecuteFunctions,
	index: number,
	{ departments, settings, gemini }: Reading,
): Promise<Classifiers> {
	const unknown = unknownToLocal(departments);
	const local = createLocalClassifier(departments);
	const common = { cutoff: NEVER_ENOUGH, fallBack: false, departments };
	if (settings.engine === 'local') {
		if (unknown.length > 0) throw notForLocal(unknown);
		return { ...common, local };
	}
	const asked = gemini.classifierFor({ departments, model: readModel(context, index) });
	// Its word would be held against departments it has never heard of.
	if (unknown.length > 0) return { ...common, local: asked };
	if (settings.engine === 'gemini') return { ...common, local, gemini: asked };
	const { model } = await loadShippedReader();
	return { local, gemini: asked, cutoff: model.cutoff ?? NEVER_ENOUGH, fallBack: true, departments };
}

function readModel(context: IExecuteFunctions, index: number): string {
	const model = context.getNodeParameter('model', index, '', { extractValue: true });
	return String(model ?? '').trim() || DEFAULT_GEMINI_MODEL;
}

function notForLocal(unknown: readonly Department['name'][]): TriageError {
	const names = unknown.map((name) => `"${name}"`).join(', ');
	const known = DEFAULT_DEPARTMENTS.map(({ name }) => name).join(', ');
	return new TriageError(
		'misconfigured',
		`The local model knows the departments ${known} and not ${names}: set Engine to Gemini or Cascade`,
	);
}
