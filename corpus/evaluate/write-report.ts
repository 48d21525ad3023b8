import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../service/cli/options';
import type { Evaluated } from './evaluation';
import { asHtml } from './html';
import { picturesOf } from './pictures';
import { asFile } from './svg';

/** Before the work rather than after it. @throws UsageError when there can be no such folder */
export function makeFolder(folder: string): void {
	try {
		mkdirSync(folder, { recursive: true });
	} catch {
		throw new UsageError(`${folder} cannot be made a folder`);
	}
}

/** The report's files by name: the same figures give the same bytes. */
export function reportFiles(evaluated: Evaluated): Record<string, string> {
	const pictures = picturesOf(evaluated.evaluations[0]);
	return {
		'report.html': asHtml(evaluated),
		'metrics.json': `${JSON.stringify(metricsOf(evaluated), sixDigits, '\t')}\n`,
		...Object.fromEntries(pictures.map((picture) => [`${picture.name}.svg`, asFile(picture)])),
	};
}

export function writeReport(evaluated: Evaluated, folder: string): void {
	for (const [name, text] of Object.entries(reportFiles(evaluated))) writeFileSync(join(folder, name), text);
}

/** Without the curves, which are as long as the data; `headline` is the evaluation to go by. */
function metricsOf({ title, model, notes, departments, evaluations }: Evaluated) {
	const measured = evaluations.map(({ curve: _curve, ...rest }) => rest);
	return { title, model, notes, departments, headline: evaluations[0].key, evaluations: measured };
}

function sixDigits(_key: string, value: unknown): unknown {
	return typeof value === 'number' ? Number(value.toFixed(6)) : value;
}
