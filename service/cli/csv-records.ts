import { Readable, pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { UsageError } from './options';

export interface CsvRecord {
	/** Where it starts; the first line is 1. */
	line: number;
	/** Bytes of the file up to its end. */
	end: number;
	fields: Buffer[];
}

export interface CsvRecords {
	/** The next record that is not blank, or undefined at the end. */
	next(): Promise<CsvRecord | undefined>;
	/** After the end: why and from which line on the rest could not be read, if so. */
	broken(): { line: number; message: string } | undefined;
	close(): Promise<void>;
}

/** The records of a CSV as they are asked for; commas, semicolons or tabs between the fields. */
export async function readCsvRecords(chunks: AsyncIterable<Buffer>, mostBytes: number): Promise<CsvRecords> {
	const { head, all } = await peekLine(chunks, mostBytes);
	let message: string | undefined;
	let line = 1;
	const parser = parse({
		bom: false,
		encoding: null,
		info: true,
		max_record_size: mostBytes,
		record_delimiter: ['\r\n', '\n', '\r'],
		relax_column_count: true,
		relax_quotes: true,
		delimiter: likeliestDelimiter(head),
		// An error that ends the parser would take along the records that nobody has read yet.
		skip_records_with_error: true,
		on_skip: (error) => void (message ??= MEANINGS[error?.code ?? ''] ?? 'is not valid CSV'),
	});
	// Whoever reads from the parser hears of errors.
	pipeline(Readable.from(all, { objectMode: false }), parser, () => undefined);
	const entries = parser[Symbol.asyncIterator]() as AsyncIterator<{ record: Buffer[]; info: { bytes: number } }>;
	return {
		async next() {
			for (let entry = await entries.next(); !entry.done; entry = await entries.next()) {
				const { record, info } = entry.value;
				const start = line;
				line += countLines(record);
				if (!isBlank(record)) return { line: start, end: info.bytes, fields: record };
			}
			return undefined;
		},
		broken: () => (message === undefined ? undefined : { line, message }),
		close: async () => void (await entries.return?.()),
	};
}

/** The parser's own messages quote the file. */
const MEANINGS: Record<string, string> = {
	CSV_QUOTE_NOT_CLOSED: 'has a quote that is never closed',
	CSV_MAX_RECORD_SIZE: 'is longer than a ticket can be, or has a quote that is never closed',
};

/** The first line, and everything including it. */
async function peekLine(chunks: AsyncIterable<Buffer>, mostBytes: number) {
	const source = chunks[Symbol.asyncIterator]();
	const seen: Buffer[] = [];
	let length = 0;
	for (let next = await source.next(); !next.done; next = await source.next()) {
		seen.push(next.value);
		length += next.value.length;
		if (next.value.includes('\n') || length > mostBytes) break;
	}
	const head = withoutMark(Buffer.concat(seen));
	async function* all(): AsyncGenerator<Buffer> {
		yield head;
		yield* { [Symbol.asyncIterator]: () => source };
	}
	return { head: head.toString('utf8').split(/[\r\n]/, 1)[0], all: all() };
}

/** Not the parser's own way, which turns fields into text and hides what is no UTF-8. */
function withoutMark(head: Buffer): Buffer {
	const mark = head.subarray(0, 3).toString('hex');
	if (/^(fffe|feff)/.test(mark)) throw new UsageError('The file is UTF-16: save it as CSV in UTF-8');
	return mark === 'efbbbf' ? head.subarray(3) : head;
}

/** Which it is depends on the country of the spreadsheet. */
function likeliestDelimiter(head: string): string {
	const count = (delimiter: string): number => head.split(delimiter).length;
	return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

/** Not the parser's own count, which takes CRLF within quotes for two lines. */
function countLines(record: Buffer[]): number {
	return record.reduce((sum, field) => sum + (field.toString().match(/\r\n|\n|\r/g)?.length ?? 0), 1);
}

function isBlank(record: Buffer[]): boolean {
	return record.every((field) => field.toString().trim() === '');
}
