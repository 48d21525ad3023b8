import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { correctedTickets } from '../../corpus/corrections';
import { storeCorrected, type Corrected } from '../helpers/corrected';
import { ROOT } from '../helpers/process';
import { createFolder, type Folder } from '../helpers/triage-cli';

let folder: Folder;
beforeEach(() => (folder = createFolder()));
afterEach(() => folder.remove());

async function read(environment: Record<string, string> = folder.environment): Promise<unknown[]> {
	const found: unknown[] = [];
	for await (const corrected of correctedTickets(environment, folder.path)) found.push(corrected);
	return found;
}

const store = (rows: Corrected[]): Promise<void> => folder.query((knex) => storeCorrected(knex, rows));

it('reads the database that the configuration names, relative to the root', async () => {
	await store([{ department: 'HR', title: 'One', description: 'Two' }]);
	const expected = [{ ticketId: 'TKT-0', title: 'One', description: 'Two', department: 'HR' }];
	expect(await read()).toEqual(expected);
	expect(await read({})).toEqual(expected);
});

it('makes no database where there is none', async () => {
	await expect(read()).rejects.toThrow(`There is no database ${folder.database} (DATABASE_URL)`);
	expect(existsSync(folder.database)).toBe(false);
});

it('finds nothing in one of an earlier version, and leaves it as it is', async () => {
	await folder.query((knex) => knex.schema.createTable('ticket_logs', (table) => void table.text('ticket_id')));
	expect(await read()).toEqual([]);
	expect(await folder.query((knex) => knex.schema.hasColumn('ticket_logs', 'corrected_at'))).toBe(false);
});

it('says of a file that is no database what it is', async () => {
	folder.put('tickets.db', 'hello, hello, hello, hello');
	await expect(read()).rejects.toThrow('SQLITE_NOTADB');
});

it('names everything that is wrong with the configuration', async () => {
	await expect(read({ DATABASE_URL: 'oracle://x', LOG_LEVEL: 'loud' })).rejects.toThrow(
		/2 problem.*LOG_LEVEL.*DATABASE/s,
	);
});

describe('the command', () => {
	function train(...argv: string[]): { status: number | null; output: string } {
		const program = join(ROOT, 'service/build/corpus/train.js');
		const env = { PATH: process.env.PATH, ...folder.environment };
		const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], { cwd: folder.path, env });
		return { status, output: `${String(stdout)}${String(stderr)}` };
	}

	it('says how many corrections there are where they are too few, and nothing of what they say', async () => {
		await store([
			...Array.from({ length: 12 }, (_, i) => ({ department: 'hr', title: `Hush ${i}` })),
			...[{ department: 'Astrology', title: 'Hush' }, { department: null }],
		]);
		const { status, output } = train('--corrections');
		expect(status).toBe(2);
		expect(output).toBe(
			'left out: 1 corrections that are no ticket or name no department of the seven\ncorrections: 12\n' +
				'corrected tickets in the database: 12; at least 50 are needed\n',
		);
		expect(existsSync(folder.file('local-model.json'))).toBe(false);
	});

	it('reads a file beside them', async () => {
		await store([{ department: 'HR' }]);
		folder.put('own.jsonl', JSON.stringify({ title: 'Hush', description: 'Hush', department: 'IT' }));
		const { status, output } = train('own.jsonl', '--corrections');
		expect(status).toBe(2);
		expect(output).toContain('labelled tickets in own.jsonl: 1, corrected tickets in the database: 1; at least 50');
		expect(output).not.toContain('Hush');
	});

	test.each<[string[], string]>([
		[['--corrections'], 'There is no database'],
		[['one.jsonl', 'two.jsonl'], 'Name one file'],
		[['--correction'], '--help says more'],
	])('%j: %s', (argv, message) => {
		const { status, output } = train(...argv);
		expect([status, output.split('\n').length]).toEqual([2, 2]);
		expect(output).toContain(message);
	});
});
