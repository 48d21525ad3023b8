import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { ROOT } from '../helpers/process';
import { buildTicket } from '../helpers/tickets';
import { importExample, type ImportedExample } from './example';
import { nextPage, openForm } from './form';
import { signIn } from './n8n-client';

type Row = Record<string, unknown>;

/** What n8n reads and writes spreadsheets with, as far as it is used here. */
interface Sheets {
	read(data: Buffer): { SheetNames: string[]; Sheets: Record<string, unknown> };
	write(book: object, options: { type: 'buffer'; bookType: string; FS?: string }): Buffer;
	utils: {
		json_to_sheet(rows: Row[]): unknown;
		sheet_to_json(sheet: unknown, options?: { defval: string }): Row[];
	};
}

const URL = String(process.env.E2E_N8N_URL);
const ROWS = 500;
const VPN = { title: 'VPN drops', description: 'The VPN client on my laptop disconnects all the time.' };
const INVOICE = { title: 'Invoice paid twice', description: 'The supplier got the money of the invoice twice.' };
const HEATING = { title: 'Radiator stays cold', description: 'The heating in our office is cold.' };
const VAGUE = {
	title: 'Who?',
	description: 'Who pays the invoice for the door, and who signs the contract for the laptop?',
};
/** With what becomes of each; the last one could be anybody's. */
const TEXTS = [
	{ ...buildTicket(VPN), department: 'IT', review: false },
	{ ...buildTicket(INVOICE), department: 'Finance', review: false },
	{ ...buildTicket(HEATING), department: 'Facilities', review: false },
	{ ...buildTicket(VAGUE), department: expect.any(String) as string, review: true },
];
const EMPTY_EVERY = 100;
const COLUMNS = ['Ticket No', 'Subject', 'Details', 'Reported by', 'department', 'Room.No', 'Closed'];
const NO_TEXT = /^This item is no ticket: .*must not be empty/u;
const ADDED = ['triage_department', 'triage_confidence', 'triage_needs_review', 'triage_error'];

let sheets: Sheets;
let example: ImportedExample;
let form: string;

beforeAll(async () => {
	const n8n = execFileSync(process.execPath, [join(ROOT, 'scripts/n8n.mjs')], { encoding: 'utf8' }).trim();
	sheets = createRequire(join(n8n, 'package.json'))('@e965/xlsx') as Sheets;
	example = await importExample(await signIn(URL), 'spreadsheet-backfill');
	await example.activate();
	form = `${URL}/form/${example.file.nodes.find(({ type }) => type.endsWith('.formTrigger'))?.webhookId}`;
});

afterAll(async () => {
	await example?.archive();
});

function isEmpty(n: number): boolean {
	return n % EMPTY_EVERY === 0;
}

/** Old tickets with what spreadsheets have: numbers with leading zeros, commas, quotes, line breaks, empty cells. */
function oldTickets(): Row[] {
	return Array.from({ length: ROWS }, (_, n) => {
		const { title, description } = TEXTS[n % TEXTS.length];
		return {
			'Ticket No': String(n).padStart(5, '0'),
			Subject: isEmpty(n) ? '' : title,
			Details: isEmpty(n) ? '' : `${description}\n"Grüße"; from, Ana`,
			'Reported by': n % 7 === 0 ? '' : 'ana@example.com',
			department: 'Old department',
			'Room.No': `${n}`,
			Closed: '',
		};
	});
}

interface Upload {
	name: string;
	separator?: string;
	content: Buffer;
}

/** The rows of the file that comes back, and what the page says. */
async function triage({ name, separator = 'Comma', content }: Upload) {
	const page = await openForm(form);
	const answer = await page.submit({
		Spreadsheet: new File([Uint8Array.from(content)], name),
		'Columns of a CSV file are separated by': separator,
	});
	const { html, files } = await nextPage(answer);
	expect(files).toHaveLength(1);
	return { html, file: files[0] };
}

function fileOf(rows: Row[], bookType: string, more: { FS?: string } = {}): Buffer {
	const book = { SheetNames: ['Old'], Sheets: { Old: sheets.utils.json_to_sheet(rows) } };
	return sheets.write(book, { type: 'buffer', bookType, ...more });
}

function rowsOfExcel(content: Buffer): Row[] {
	const { Sheets: all, SheetNames: names } = sheets.read(content);
	return sheets.utils.sheet_to_json(all[names[0]], { defval: '' });
}

function rowsOfCsv(content: Buffer, delimiter: string): Row[] {
	return parse(content, { bom: true, columns: true, delimiter });
}

function expectTriaged(found: Row[], rows: Row[]): void {
	expect(found).toHaveLength(ROWS);
	expect(Object.keys(found[0])).toEqual([...COLUMNS, ...ADDED]);
	expect(found.map((row) => COLUMNS.map((name) => row[name]))).toEqual(rows.map((row) => Object.values(row)));
	expect(found.map(outcomeOf)).toEqual(rows.map((_, n) => expectedOutcome(n)));
}

function outcomeOf(row: Row) {
	const confidence = row.triage_confidence;
	return {
		department: row.triage_department,
		sure: confidence === '' ? null : Number(confidence) >= 0.6,
		review: String(row.triage_needs_review).toUpperCase(),
		error: row.triage_error,
	};
}

function expectedOutcome(n: number) {
	if (isEmpty(n))
		return { department: '', sure: null, review: 'TRUE', error: expect.stringMatching(NO_TEXT) as string };
	const { department, review } = TEXTS[n % TEXTS.length];
	return { department, sure: !review, review: String(review).toUpperCase(), error: '' };
}

test.each([
	['Comma', ','],
	['Semicolon', ';'],
])('a CSV file of 500 rows, with the separator %s, comes back with four columns more', async (separator, FS) => {
	const rows = oldTickets();
	const { html, file } = await triage({ name: 'Old.tickets.CSV', separator, content: fileOf(rows, 'csv', { FS }) });
	expect(file.name).toBe('Old.tickets-triaged.csv');
	expectTriaged(rowsOfCsv(file.content, FS), rows);
	expect(html).toContain('500 tickets, 130 of them for a person to look at.');
});

test('an Excel file of 500 rows comes back as one', async () => {
	const rows = oldTickets();
	const { html, file } = await triage({ name: 'Old tickets.xlsx', content: fileOf(rows, 'xlsx') });
	expect(file.name).toBe('Old tickets-triaged.xlsx');
	const found = rowsOfExcel(file.content);
	expectTriaged(found, rows);
	expect(typeof found[1].triage_confidence).toBe('number');
	expect(html).toContain('500 tickets, 130 of them for a person to look at.');
});

test('columns of the file that are called as those that the nodes add are kept', async () => {
	const row = { ...VPN, error: 'E-42', department: 'Networks' };
	const { file } = await triage({ name: 'a.csv', content: fileOf([row], 'csv') });
	expect(rowsOfCsv(file.content, ',')).toEqual([expect.objectContaining({ ...row, triage_department: 'IT' })]);
});

test('what is no spreadsheet gives no file, and the form says that something went wrong', async () => {
	const page = await openForm(form);
	const answer = await page.submit({
		Spreadsheet: new File(['no spreadsheet'], 'a.pdf'),
		'Columns of a CSV file are separated by': 'Comma',
	});
	await expect(nextPage(answer)).rejects.toThrow('no next page');
});
