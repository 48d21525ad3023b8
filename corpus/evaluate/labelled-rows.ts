import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { isRecord } from '../../core/json';
import { detectLanguage } from '../../core/local/language';
import { parseTicket } from '../../core/parse';
import type { Ticket } from '../../core/ticket';
import { readCsvRecords, type CsvRecords } from '../../service/cli/csv-records';
import { UsageError, type Format } from '../../service/cli/options';
import { MOST_BYTES_A_ROW, readRows } from '../../service/cli/rows';

/** A row of a labelled file; `end` is how many bytes of the file lie before its end. */
export type LabelledRow = { end: number } & ({ ticket: Ticket; label: string; language: string } | { unusable: true });

type Fields = { end: number; value: unknown };

/** The rows of a file in order. @throws UsageError for a CSV whose header lacks a column */
export async function* readLabelledRows(input: Readable, format: Format): AsyncGenerator<LabelledRow> {
	for await (const { end, value } of format === 'csv' ? csvFields(input) : jsonFields(input)) {
		yield { end, ...readRow(value) };
	}
}

function readRow(value: unknown) {
	if (!isRecord(value)) return { unusable: true } as const;
	const { title, description, department, language } = value;
	const parsed = parseTicket({ title, description }, { email: 'optional' });
	if ('problems' in parsed) return { unusable: true } as const;
	const { ticket } = parsed;
	const label = typeof department === 'string' ? department : '';
	return {
		ticket,
		label,
		language: readLanguage(language) ?? detectLanguage(`${ticket.title}\n${ticket.description}`),
	};
}

/** `de` of `de` and `de-AT`; words such as `German` are left to detection. */
function readLanguage(language: unknown): string | undefined {
	if (typeof language !== 'string') return undefined;
	return /^([a-z]{2,3})(?:[-_][a-z0-9]+)*$/u.exec(language.trim().toLowerCase())?.[1];
}

async function* jsonFields(input: Readable): AsyncGenerator<Fields> {
	for await (const row of await readRows(input, 'jsonl')) {
		yield { end: row.end, value: 'value' in row ? row.value : undefined };
	}
}

const NEEDED = ['title', 'description', 'department'];
const COLUMNS = [...NEEDED, 'language'];

/** Not the triage command's csvRows, which knows no department: a ticket that comes in has none. */
async function* csvFields(input: Readable): AsyncGenerator<Fields> {
	const records = await readCsvRecords(input, MOST_BYTES_A_ROW);
	try {
		const header = await readHeader(records);
		let end = 0;
		for (let record = await records.next(); record; record = await records.next()) {
			end = record.end;
			yield { end, value: readFields(record.fields, header) };
		}
		if (records.broken()) yield { end, value: undefined };
	} finally {
		await records.close();
	}
}

async function readHeader(records: CsvRecords): Promise<string[]> {
	const first = await records.next();
	const header = first?.fields.map((name) => name.toString().trim().toLowerCase()) ?? [];
	const missing = NEEDED.filter((name) => !header.includes(name));
	if (missing.length > 0) throw new UsageError(`The header line of the CSV has no column ${missing.join(' and no ')}`);
	const twice = COLUMNS.find((name) => header.indexOf(name) !== header.lastIndexOf(name));
	if (twice) throw new UsageError(`The header line of the CSV has the column ${twice} twice`);
	return header;
}

function readFields(fields: Buffer[], header: string[]): unknown {
	if (fields.length !== header.length || !fields.every((field) => isUtf8(field))) return undefined;
	const known = COLUMNS.filter((name) => header.includes(name));
	return Object.fromEntries(known.map((name) => [name, fields[header.indexOf(name)].toString()]));
}
