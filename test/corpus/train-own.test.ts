import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { classifyWith, createReader } from '../../core/local';
import type { ModelFile } from '../../core/local/model';
import { readCorpus } from '../../corpus/read-corpus';
import { correctedTickets } from '../../corpus/corrections';
import type { SourcesHost } from '../../corpus/own-tickets';
import { trainOwn } from '../../corpus/train-own';
import type { CorrectedTicket } from '../../service/store/corrections';
import { storeCorrected, type Corrected } from '../helpers/corrected';
import { ROOT } from '../helpers/process';
import { buildTicket } from '../helpers/tickets';
import { createFolder } from '../helpers/triage-cli';

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

interface Given {
	/** JSONL of a file, or none. */
	rows?: string;
	/** What the database has, or it is not asked. */
	corrected?: SourcesHost['corrections'];
	anyway?: boolean;
}

async function train({ rows, corrected, anyway = false }: Given) {
	const folder = mkdtempSync(join(tmpdir(), 'triage-own-'));
	const [path, output] = [join(folder, 'own.jsonl'), join(folder, 'model.json')];
	if (rows !== undefined) writeFileSync(path, rows);
	const said: string[] = [];
	const file = rows === undefined ? null : { path, format: 'jsonl' as const };
	const code = await trainOwn(
		{ file, corrections: corrected !== undefined, output, anyway },
		{
			stdin: Readable.from([]),
			say: (text) => void said.push(text),
			corrections: corrected ?? (() => correctedRows('')),
			corpus,
			shipped: await createReader(shipped),
			calibration: shipped,
		},
	);
	return { code, said: said.join('\n'), output };
}

/** The same tickets as corrections, in this order. */
async function* correctedRows(...rows: string[]): AsyncGenerator<CorrectedTicket> {
	for (const [i, line] of rows.flatMap((text) => text.split('\n').map((row, n) => [n, row] as const))) {
		if (line !== '') yield { ticketId: `TKT-${i}`, ...(JSON.parse(line) as Omit<CorrectedTicket, 'ticketId'>) };
	}
}

async function departmentBy(output: string, title: string, description: string): Promise<string> {
	const reader = await createReader(JSON.parse(readFileSync(output, 'utf8')) as ModelFile);
	return classifyWith(reader, buildTicket({ title, description }), DEFAULT_DEPARTMENTS).department;
}

const OWN = ownRows((department) => department);
const few = (count: number): string => OWN.split('\n').slice(0, count).join('\n');

it('learns from a file and from corrections what a company calls its things, shows by how much, and writes a model that says so', async () => {
	const [filed, wrong, right] = [few(30), ownRows(() => 'IT'), OWN].map((rows) => rows.split('\n'));
	const last = (rows: string[]): string => rows.slice(30).join('\n');
	const { code, said, output } = await train({
		rows: filed.join('\n'),
		// The later word on a ticket counts.
		corrected: () => correctedRows(last(wrong), last(right)),
	});
	expect(code).toBe(0);
	expect(said).toContain('On your 60 tickets');
	const [before, after] = [...said.matchAll(/accuracy (\d\.\d+)/g)].map(([, figure]) => Number(figure));
	expect(after).toBeGreaterThan(0.9);
	expect(after).toBeGreaterThan(before);
	expect(await departmentBy(output, 'zorblax', 'A quandle.')).toBe('Finance');
	expect(await departmentBy(output, 'vexil', 'A trombat.')).toBe('Legal');
});

it('learns the same from the corrections of a database alone, and shows none of them', async () => {
	const folder = createFolder();
	const rows = OWN.split('\n').map((row) => JSON.parse(row) as Corrected);
	const others: Corrected[] = [
		{ title: 'zorblax', department: 'Astrology' },
		{ title: ' ', department: 'IT' },
		{ title: 'mirkot', department: null },
	];
	await folder.query((knex) => storeCorrected(knex, [...rows, ...others]));
	const corrected = () => correctedTickets(folder.environment, folder.path);
	const { code, said, output } = await train({ corrected });
	expect(code).toBe(0);
	expect(said).toContain('left out: 2 corrections');
	expect(said).toContain('corrections: 60');
	expect(said).toContain('On your 60 tickets');
	expect(said).not.toMatch(/zorblax|mirkot|vexil|Astrology/);
	expect(await departmentBy(output, 'mirkot', 'The mirkot has a sprundle.')).toBe('Facilities');
	folder.remove();
});

it('writes nothing where the tickets make it worse, unless it is told to', async () => {
	// The shipped model has seen these; one of a fortieth of the corpus has not.
	const rows = readCorpus(join(ROOT, 'corpus')).filter((_, i) => i % 80 === 20);
	const text = rows
		.map(({ title, description, department }) => JSON.stringify({ title, description, department }))
		.join('\n');
	const refused = await train({ rows: text });
	expect([refused.code, existsSync(refused.output)]).toEqual([1, false]);
	expect(refused.said).toContain('make the model worse');
	const forced = await train({ rows: text, anyway: true });
	expect([forced.code, existsSync(forced.output)]).toEqual([0, true]);
});

test.each<[string, Given, string]>([
	['of a file', { rows: few(10) }, 'labelled tickets in own.jsonl: 10; at least 50 are needed'],
	[
		'of corrections',
		{ corrected: () => correctedRows('') },
		'corrected tickets in the database: 0; at least 50 are needed',
	],
	[
		'of both',
		{ rows: few(10), corrected: () => correctedRows(few(39)) },
		'labelled tickets in own.jsonl: 10, corrected tickets in the database: 39; at least 50 are needed',
	],
])('asks for enough tickets %s', async (_, given, message) => {
	await expect(train(given)).rejects.toThrow(message);
});
