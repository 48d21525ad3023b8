import { isUtf8 } from 'node:buffer';
import { readJson } from '../../core/json';
import { splitLines, type Line } from './lines';
import { MOST_BYTES_A_ROW, type Row } from './rows';

/** One JSON value a line; blank lines are nothing. */
export async function* jsonlRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<Row> {
	for await (const line of splitLines(chunks, MOST_BYTES_A_ROW)) {
		const row = readRow(line);
		if (row) yield row;
	}
}

function readRow({ line, bytes, end }: Line): Row | undefined {
	const at = { line, end };
	if (bytes === null) return unreadable(at, `is longer than ${MOST_BYTES_A_ROW} bytes`);
	if (!isUtf8(bytes)) return unreadable(at, 'is not valid UTF-8');
	const text = withoutMark(bytes.toString('utf8'), line).trim();
	if (text === '') return undefined;
	const value = readJson(text);
	return value === undefined ? unreadable(at, 'is not valid JSON') : { ...at, value };
}

function unreadable(at: { line: number; end: number }, message: string): Row {
	return { ...at, problems: [{ field: '', message }] };
}

/** The byte order mark that some editors put at the start of a file. */
function withoutMark(text: string, line: number): string {
	return line === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
}
