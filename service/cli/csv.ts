import { isUtf8 } from 'node:buffer';
import { isRecord, readJson } from '../../core/json';
import { readCsvRecords, type CsvRecords } from './csv-records';
import { UsageError } from './options';
import { MOST_BYTES_A_ROW, type Row, type RowContent } from './rows';

const FIELDS = ['title', 'description', 'email', 'priority', 'source', 'metadata'];
const NEEDED = ['title', 'description'];
/** Left empty, these are as good as absent. */
const OPTIONAL = ['email', 'priority', 'source', 'metadata'];

/** Rows of a CSV with a header; blank lines are nothing. @throws UsageError when the header is of no use */
export async function csvRows(chunks: AsyncIterable<Buffer>): Promise<AsyncIterable<Row>> {
	const records = await readCsvRecords(chunks, MOST_BYTES_A_ROW);
	return readBelow(await readHeader(records), records);
}

async function readHeader(records: CsvRecords): Promise<string[]> {
	const first = await records.next();
	const broken = records.broken();
	if (!first && broken) throw new UsageError(`The header line of the CSV ${broken.message}`);
	if (!first) throw new UsageError('The CSV is empty: it needs a header line with the columns title and description');
	const header = first.fields.map((name) => name.toString().trim().toLowerCase());
	const missing = NEEDED.filter((name) => !header.includes(name));
	if (missing.length > 0) throw new UsageError(`The header line of the CSV has no column ${missing.join(' and no ')}`);
	const twice = FIELDS.find((name) => header.indexOf(name) !== header.lastIndexOf(name));
	if (twice) throw new UsageError(`The header line of the CSV has the column ${twice} twice`);
	return header;
}

async function* readBelow(header: string[], records: CsvRecords): AsyncGenerator<Row> {
	let end = 0;
	try {
		for (let record = await records.next(); record; record = await records.next()) {
			end = record.end;
			yield { line: record.line, end, ...readRecord(record.fields, header) };
		}
		const broken = records.broken();
		if (!broken) return;
		const message = `${broken.message}; nothing from here on could be read`;
		yield { line: broken.line, end, problems: [{ field: '', message }] };
	} finally {
		await records.close();
	}
}

function readRecord(fields: Buffer[], header: string[]): RowContent {
	if (fields.length !== header.length) {
		const message = `has ${fields.length} columns where the header has ${header.length}`;
		return { problems: [{ field: '', message }] };
	}
	const known = FIELDS.filter((name) => header.includes(name)).map(
		(name) => [name, fields[header.indexOf(name)]] as const,
	);
	const broken = known.filter(([, field]) => !isUtf8(field));
	if (broken.length > 0) return { problems: broken.map(([field]) => ({ field, message: 'is not valid UTF-8' })) };
	return { value: Object.fromEntries(known.map(([name, field]) => [name, readField(name, field.toString())])) };
}

function readField(name: string, text: string): unknown {
	if (OPTIONAL.includes(name) && text.trim() === '') return undefined;
	if (name !== 'metadata') return text;
	const metadata = readJson(text);
	return isRecord(metadata) ? metadata : text;
}
