import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { classifyWith, createReader } from '../../core/local';
import type { ModelFile } from '../../core/local/model';
import { readCorpus } from '../../corpus/read-corpus';
import { trainOwn } from '../../corpus/train-own';
import { buildTicket } from '../helpers/tickets';
import { ROOT } from '../helpers/process';

jest.setTimeout(120_000);

const shipped = JSON.parse(readFileSync(join(ROOT, 'core/local/model.json'), 'utf8')) as ModelFile;
const corpus = readCorpus(join(ROOT, 'corpus')).filter((_, i) => i % 40 === 0);

/** Words of this company that nobody else knows. */
const WORDS: Record<string, string> = {
	Finance: 'zorblax quandle',
	Facilities: 'mirkot sprundle',
	Legal: 'vexil trombat',
};

function ownRows(departmentOf: (department: string, i: number) => string): string {
	const rows = Object.entries(WORDS).flatMap(([department, words]) =>
		Array.from({ length: 20 }, (_, i) => ({
			title: `${words.split(' ')[0]} ${i} ${'abcdefghijklmnopqrst'[i]}x`,
			description: `About ${words} number ${i}, please.`,
			department: departmentOf(department, i),
		})),
	);
	return rows.map((row) => JSON.stringify(row)).join('\n');
}

async function train(rows: string, anyway = false): Promise<{ code: number; said: string; output: string }> {
	const folder = mkdtempSync(join(tmpdir(), 'triage-own-'));
	const [path, output] = [join(folder, 'own.jsonl'), join(folder, 'model.json')];
	writeFileSync(path, rows);
	const said: string[] = [];
	const code = await trainOwn(
		{ file: { path, format: 'jsonl' }, output, anyway },
		{
			stdin: Readable.from([]),
			say: (text) => void said.push(text),
			corpus,
			shipped: await createReader(shipped),
			calibration: shipped,
		},
	);
	return { code, said: said.join('\n'), output };
}

it('learns what a company calls its things, shows by how much, and writes a model that says so', async () => {
	const { code, said, output } = await train(ownRows((department) => department));
	expect(code).toBe(0);
	const [before, after] = [...said.matchAll(/accuracy (\d\.\d+)/g)].map(([, figure]) => Number(figure));
	expect(after).toBeGreaterThan(0.9);
	expect(after).toBeGreaterThan(before);
	const reader = await createReader(JSON.parse(readFileSync(output, 'utf8')) as ModelFile);
	const ticket = buildTicket({ title: 'mirkot', description: 'The mirkot has a sprundle.' });
	expect(classifyWith(reader, ticket, DEFAULT_DEPARTMENTS).department).toBe('Facilities');
});

it('writes nothing where the tickets make it worse, unless it is told to', async () => {
	// The shipped model has seen these; one of a fortieth of the corpus has not.
	const rows = readCorpus(join(ROOT, 'corpus')).filter((_, i) => i % 80 === 20);
	const text = rows
		.map(({ title, description, department }) => JSON.stringify({ title, description, department }))
		.join('\n');
	const refused = await train(text);
	expect([refused.code, existsSync(refused.output)]).toEqual([1, false]);
	expect(refused.said).toContain('make the model worse');
	const forced = await train(text, true);
	expect([forced.code, existsSync(forced.output)]).toEqual([0, true]);
});

it('asks for enough tickets', async () => {
	await expect(
		train(
			ownRows((department) => department)
				.split('\n')
				.slice(0, 10)
				.join('\n'),
		),
	).rejects.toThrow('has 10 labelled tickets; at least 50 are needed');
});
