import type { Readable } from 'node:stream';
import type { FieldProblem } from '../http/problems';
import { csvRows } from './csv';
import { jsonlRows } from './jsonl';
import type { Format } from './options';

/** `line` counts from 1; `end` is how many bytes of the input lie before the end of the row. */
export type Row = { line: number; end: number } & RowContent;
/** What stands in the row, or why it cannot be read. */
export type RowContent = { value: unknown } | { problems: FieldProblem[] };

/** What the service accepts as the body of one ticket. */
export const MOST_BYTES_A_ROW = 1024 * 1024;

/** The rows of an input in order, read as they are asked for. @throws UsageError for a file that has no rows to find */
export function readRows(input: Readable, format: Format): Promise<AsyncIterable<Row>> {
	return format === 'csv' ? csvRows(input) : Promise.resolve(jsonlRows(input));
}
