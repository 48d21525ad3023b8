import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createReader, type Reader } from '../core/local';
import { extractFeatures } from '../core/local/features';
import { buildModel, trainFile } from './build-model';
import type { Calibration } from './calibrate';
import { measure, type Judged, type Scores } from './measure';
import { readOwn, type OwnSources, type SourcesHost } from './own-tickets';
import type { Example } from './read-corpus';
import { DEPARTMENTS, toSamples } from './samples';

export interface OwnOptions extends OwnSources {
	/** Where the model goes. */
	output: string;
	/** Write it even if it is not better. */
	anyway: boolean;
}

export interface OwnHost extends SourcesHost {
	corpus: readonly Example[];
	shipped: Reader;
	/** The shipped model's: which department is named does not depend on it. */
	calibration: Calibration;
}

const FOLDS = 5;

/**
 * A model of a company's own: the corpus and its labelled tickets. It is compared with the shipped one on tickets
 * neither has seen, and written only if it is no worse. Resolves with the exit code.
 */
export async function trainOwn({ output, anyway, ...sources }: OwnOptions, host: OwnHost): Promise<number> {
	const own = await readOwn(sources, host);
	const { before, after } = await compare(own, host);
	host.say(comparison(own.length, before, after));
	const worse = after.macroF1 < before.macroF1;
	if (worse && !anyway) {
		host.say('Nothing was written: these tickets make the model worse. --anyway writes it all the same.');
		return 1;
	}
	const { file: model } = buildModel([...host.corpus, ...own], (done, folds) =>
		host.say(`calibrating: fold ${done} of ${folds}`),
	);
	writeFileSync(output, `${JSON.stringify(model, null, '\t')}\n`);
	host.say(`wrote ${output}. Use it with LOCAL_MODEL=${output}`);
	return 0;
}

async function compare(own: readonly Example[], host: OwnHost): Promise<{ before: Scores; after: Scores }> {
	const { corpus, shipped, say } = host;
	const judged: Judged[] = [];
	for (let fold = 0; fold < FOLDS; fold += 1) {
		say(`comparing: fold ${fold + 1} of ${FOLDS}`);
		const held = own.filter(({ scenario }) => foldOf(scenario) === fold);
		const seen = own.filter(({ scenario }) => foldOf(scenario) !== fold);
		const reader = await createReader(trainFile(toSamples([...corpus, ...seen]), host.calibration));
		judged.push(...held.map((example) => judge(example, reader)));
	}
	const before = own.map((example) => judge(example, shipped));
	return { before: measure(before, DEPARTMENTS), after: measure(judged, DEPARTMENTS) };
}

function judge(example: Example, { model, concepts }: Reader): Judged {
	const shares = model.predict(extractFeatures(example, model.buckets, concepts));
	const confidence = Math.max(...shares);
	return {
		label: example.department,
		guess: model.departments[shares.indexOf(confidence)],
		confidence,
		language: example.language,
	};
}

function foldOf(scenario: string): number {
	return createHash('sha256').update(scenario).digest()[0] % FOLDS;
}

function comparison(rows: number, before: Scores, after: Scores): string {
	const line = (name: string, { accuracy, macroF1 }: Scores): string =>
		`  ${name.padEnd(28)} accuracy ${accuracy.toFixed(3)}, macro-F1 ${macroF1.toFixed(3)}`;
	return [
		`On your ${rows} tickets, each judged by a model that had not seen it:`,
		line('the shipped model', before),
		line('with your tickets', after),
	].join('\n');
}
