import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Example {
	title: string;
	description: string;
	department: string;
	language: string;
	scenario: string;
	industry: string;
}

/** Every row of the corpus, in a fixed order. */
export function readCorpus(folder: string): Example[] {
	const languages = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
	return languages
		.map((entry) => entry.name)
		.sort()
		.flatMap((language) => readLanguage(join(folder, language)));
}

function readLanguage(folder: string): Example[] {
	const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
	return files.sort().flatMap((name) => {
		const lines = readFileSync(join(folder, name), 'utf8').split('\n');
		return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Example);
	});
}
