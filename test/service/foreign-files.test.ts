import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { classifyWith, loadShippedReader } from '../../core/local';
import { readModel, type ModelFile } from '../../core/local/model';
import { MappingsProblem } from '../../service/cli/mappings/command';
import { readMappings } from '../../service/cli/mappings/read-mappings';
import { UsageError } from '../../service/cli/options';
import { readRows, type Row } from '../../service/cli/rows';
import { readTicketRow } from '../../service/cli/ticket-row';
import { ConfigError } from '../../service/config';
import { loadDepartments } from '../../service/departments';
import { readEnvironment } from '../../service/environment';
import { openLocalModel } from '../../service/local-model';
import { anyBytes, damaged, hostileValue, HUGE, mutated, runs } from '../helpers/foreign';
import { buildTicket } from '../helpers/tickets';

const folder = mkdtempSync(join(tmpdir(), 'triage-foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MARK = Buffer.from('\ufeff');

/** Files as people and editors leave them, of one that was good. */
function fileOf(example: string): fc.Arbitrary<Buffer> {
	const wide = Buffer.from(`\ufeff${example}`, 'utf16le');
	return fc.oneof(
		{ weight: 1, arbitrary: anyBytes },
		{ weight: 1, arbitrary: fc.constantFrom(wide, Buffer.concat([MARK, Buffer.from(example)]), Buffer.alloc(0)) },
		{ weight: 4, arbitrary: damaged(example) },
	);
}

/** A file of JSON with other things in the places of some. */
function jsonFileOf(example: unknown): fc.Arbitrary<Buffer> {
	const changed = mutated(example).map((value) => Buffer.from(JSON.stringify(value) ?? ''));
	return fc.oneof({ weight: 1, arbitrary: fileOf(JSON.stringify(example)) }, { weight: 2, arbitrary: changed });
}

function written(bytes: Buffer, name = 'file'): string {
	writeFileSync(join(folder, name), bytes);
	return join(folder, name);
}

type Kind = new (...given: never[]) => Error;

/** What `run` gives, or null where it throws as documented: in a message of bounded length that has no control characters. */
async function orDocumented<T>(kind: Kind, run: () => T | Promise<T>): Promise<T | null> {
	try {
		return await run();
	} catch (error) {
		if (!(error instanceof kind)) throw error;
		expect(error.message.length).toBeLessThan(20_000);
		expect(error.message).toMatch(/^[^\0-\x08\x0e-\x1f\x7f]*$/u);
		return null;
	}
}

const TICKET = { title: 'VPN down', description: 'No tunnel', email: 'ana@example.com', metadata: { room: 'B-12' } };
const CSV = `title,description,email,metadata\r\nVPN,"No ""tunnel"",\r\nnone",ana@example.com,"{""a"":1}"\r\nHR;x,y,,\n`;
const JSONL = `${JSON.stringify(TICKET)}\n${JSON.stringify({ ...TICKET, priority: 'high' })}\n`;

async function readAll(format: 'csv' | 'jsonl', bytes: Buffer): Promise<void> {
	const rows: Row[] = [];
	await orDocumented(UsageError, async () => {
		for await (const row of await readRows(Readable.from([bytes], { objectMode: false }), format)) rows.push(row);
	});
	let end = 0;
	for (const row of rows) {
		expect(row.end).toBeGreaterThanOrEqual(end);
		end = row.end;
		const ticket = readTicketRow(row, null);
		if ('problems' in ticket) expect(ticket.problems.length).toBeGreaterThan(0);
		else expect(ticket.ticketId).toMatch(/^TKT-[0-9A-F]{24}$/u);
	}
	expect(end).toBeLessThanOrEqual(bytes.length);
}

test.each([
	['csv', CSV],
	['jsonl', JSONL],
] as const)('any %s is rows, each a ticket or with its problems, or a UsageError', async (format, example) => {
	await fc.assert(
		fc.asyncProperty(fileOf(example), (bytes) => readAll(format, bytes)),
		runs(300),
	);
});

test.each(HUGE)('megabytes of %s in files', async (_, text) => {
	const bytes = Buffer.from(text);
	// Each blank line is a record to the parser.
	await readAll(
		'csv',
		Buffer.concat([Buffer.from('title,description\n'), bytes.subarray(0, text.startsWith('\n') ? 5000 : bytes.length)]),
	);
	await readAll('jsonl', bytes);
	await orDocumented(ConfigError, () => loadDepartments(written(bytes)));
	await orDocumented(ConfigError, () => openLocalModel(written(bytes)));
	readEnvironment(written(bytes, '.env').slice(0, -'/.env'.length), {});
});

const MAPPINGS = [
	{
		department: 'IT',
		system: 'jira',
		endpoint: '${JIRA_URL}',
		settings: { labels: ['a', 'b'], deep: { x: [1.5, true, null] } },
	},
	{ department: 'HR', system: 'inbox' },
];
const YAML = `mappings:\n- &it\n  department: IT\n  system: http\n  settings: # here\n    labels: [a, b]\n    deep: {x: [1.5, ~]}\n- *it\n`;

test('any file of mappings is a list of JSON or a MappingsProblem', async () => {
	await fc.assert(
		fc.asyncProperty(fc.oneof(fileOf(YAML), jsonFileOf(MAPPINGS)), async (bytes) => {
			const entries = await orDocumented(MappingsProblem, () => readMappings(bytes));
			entries?.forEach(({ value, lineOf }) => {
				expect(JSON.parse(JSON.stringify(value))).toEqual(value);
				expect(lineOf('settings.labels')).toBeGreaterThan(0);
			});
		}),
		runs(400),
	);
});

const DEPARTMENTS = [
	{ name: 'IT', description: 'Computers', teams: ['Ops'], examples: ['The VPN is down'] },
	{ name: 'Lab', description: 'Things that smoke' },
];

test('any DEPARTMENTS_FILE is departments or a ConfigError', async () => {
	await fc.assert(
		fc.asyncProperty(jsonFileOf(DEPARTMENTS), async (bytes) => {
			const departments = await orDocumented(ConfigError, () => loadDepartments(written(bytes)));
			if (departments === null) return;
			expect(departments.length).toBeGreaterThan(0);
			for (const { name, description } of departments) expect([name.trim(), description.trim()]).not.toContain('');
		}),
		runs(400),
	);
});

const MODEL = {
	version: 'local-ours',
	departments: ['IT', 'HR'],
	buckets: 8,
	bias: [0.1, -0.1],
	scale: 0.01,
	weights: Buffer.from(Array.from({ length: 16 }, (_, i) => i * 9)).toString('base64'),
	knownWords: 'qg==',
	temperature: 1.2,
	confidence: { bias: 0.1, share: 1, lead: 0.2, alien: -1, doubt: 0.1, length: 0.1 },
	cutoff: 0.8,
};

test('any LOCAL_MODEL classifies, or is a ConfigError at the start', async () => {
	const used = { valid: 0 };
	// Loading one anew each time would take most of a minute.
	const { concepts } = await loadShippedReader();
	await fc.assert(
		fc.asyncProperty(fc.oneof(jsonFileOf(MODEL), fc.constant(Buffer.from(JSON.stringify(MODEL)))), async (bytes) => {
			const load = await orDocumented(ConfigError, () => openLocalModel(written(bytes)));
			if (load === null) return;
			used.valid += 1;
			const model = readModel(JSON.parse(String(bytes)) as ModelFile);
			const said = classifyWith({ model, concepts }, buildTicket(), DEFAULT_DEPARTMENTS);
			expect(DEFAULT_DEPARTMENTS.map(({ name }) => name)).toContain(said.department);
			expect([said.confidence >= 0, said.confidence <= 1]).toEqual([true, true]);
		}),
		runs(300),
	);
	expect(used.valid).toBeGreaterThan(20);
});

const ENV = 'GEMINI_API_KEY=abc\nTRIAGE_API_KEYS="ops:read+submit:k"\n# note\nWEBHOOK_SECRET_FILE=file\n';

test('any .env and any file of a secret is read as text, whatever its bytes', async () => {
	await fc.assert(
		fc.asyncProperty(fileOf(ENV), anyBytes, async (bytes, secret) => {
			written(bytes, '.env');
			written(secret);
			const environment = readEnvironment(folder, { GIVEN: 'x' });
			expect(environment.GIVEN).toBe('x');
			for (const value of Object.values(environment)) expect(typeof value).toBe('string');
			expect(Object.getPrototypeOf(environment)).toBe(Object.prototype);
		}),
		runs(300),
	);
});

test.each([
	['as it is', ENV],
	['with a byte order mark', `\ufeff${ENV}`],
	['with CRLF', ENV.replaceAll('\n', '\r\n')],
])('.env %s has the same values', (_, text) => {
	written(Buffer.from(text), '.env');
	written(Buffer.from('\ufeffwhsec_x\r\n'));
	expect(readEnvironment(folder, {})).toEqual({
		GEMINI_API_KEY: 'abc',
		TRIAGE_API_KEYS: 'ops:read+submit:k',
		WEBHOOK_SECRET_FILE: 'file',
		WEBHOOK_SECRET: 'whsec_x',
	});
});

test('values that no file should hold are no reason to fall over', async () => {
	await fc.assert(
		fc.asyncProperty(hostileValue, async (value) => {
			const bytes = Buffer.from(JSON.stringify(value) ?? '');
			await orDocumented(ConfigError, () => loadDepartments(written(bytes)));
			await orDocumented(ConfigError, () => openLocalModel(written(bytes)));
			await orDocumented(MappingsProblem, () => readMappings(bytes));
		}),
		runs(150),
	);
});
