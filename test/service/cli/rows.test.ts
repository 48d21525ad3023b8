import { Readable } from 'node:stream';
import type { Format } from '../../../service/cli/options';
import { MOST_BYTES_A_ROW, readRows, type Row } from '../../../service/cli/rows';

async function read(format: Format, content: string | Buffer, chunkSize = 7): Promise<Row[]> {
	const bytes = Buffer.from(content);
	const chunks = Array.from({ length: Math.ceil(bytes.length / chunkSize) }, (_, i) =>
		bytes.subarray(i * chunkSize, (i + 1) * chunkSize),
	);
	const rows: Row[] = [];
	for await (const row of await readRows(Readable.from(chunks, { objectMode: false }), format)) rows.push(row);
	return rows;
}

async function readBriefly(format: Format, content: string | Buffer, chunkSize?: number): Promise<unknown[]> {
	const rows = await read(format, content, chunkSize);
	return rows.map((row) => [row.line, 'value' in row ? row.value : row.problems]);
}

const problem = (message: string, field = '') => [{ field, message }];

describe('JSONL', () => {
	test('is read line by line, with the lines of the file', async () => {
		expect(await readBriefly('jsonl', '{"a":1}\n\n  \n{"a":2}\n{"a":3}')).toEqual([
			[1, { a: 1 }],
			[4, { a: 2 }],
			[5, { a: 3 }],
		]);
	});

	test('may have CRLF and a byte order mark', async () => {
		expect(await readBriefly('jsonl', '\uFEFF{"a":1}\r\n\r\n{"a":2}\r\n')).toEqual([
			[1, { a: 1 }],
			[3, { a: 2 }],
		]);
	});

	test('is split at line feeds alone: U+2028 is text', async () => {
		expect(await readBriefly('jsonl', '{"a":"x\u2028y\u2029z"}\n{"a":2}\n')).toEqual([
			[1, { a: 'x\u2028y\u2029z' }],
			[2, { a: 2 }],
		]);
	});

	test('names broken lines and goes on', async () => {
		const bytes = Buffer.concat([Buffer.from('{"a":\n{"a":"'), Buffer.from([0xe9]), Buffer.from('"}\nnull\n')]);
		expect(await readBriefly('jsonl', bytes)).toEqual([
			[1, problem('is not valid JSON')],
			[2, problem('is not valid UTF-8')],
			[3, null],
		]);
	});

	test('a line without end is not kept in memory', async () => {
		const long = `"${'x'.repeat(2 * MOST_BYTES_A_ROW)}"`;
		expect(await readBriefly('jsonl', `${long}\n1\n${long}`, 65_536)).toEqual([
			[1, problem(`is longer than ${MOST_BYTES_A_ROW} bytes`)],
			[2, 1],
			[3, problem(`is longer than ${MOST_BYTES_A_ROW} bytes`)],
		]);
	});

	test('says how far into the input a row lies', async () => {
		expect((await read('jsonl', '{"é":1}\n\n2')).map(({ end }) => end)).toEqual([9, 11]);
	});

	test('nothing is no row', async () => {
		expect(await read('jsonl', '')).toEqual([]);
	});
});

describe('CSV', () => {
	test('has quotes, commas and line breaks in fields, and the line on which a row starts', async () => {
		const csv = 'title,description\r\n"a ""b""","c,\r\nd\r\n"\r\n\r\n , \r\ne,f\r\n';
		expect(await readBriefly('csv', csv)).toEqual([
			[2, { title: 'a "b"', description: 'c,\r\nd\r\n' }],
			[7, { title: 'e', description: 'f' }],
		]);
	});

	test('may have a byte order mark, semicolons and other columns in any order', async () => {
		const csv = '\uFEFFDescription;Nr;__proto__; TITLE \nd;1;x;t\n';
		expect(await readBriefly('csv', csv)).toEqual([[2, { title: 't', description: 'd' }]]);
	});

	test('takes what is empty for absent, but for title and description', async () => {
		const csv = 'title,description,email,priority,source,metadata\n,x, ,,,\n';
		expect(await readBriefly('csv', csv)).toEqual([[2, { title: '', description: 'x' }]]);
	});

	test('reads metadata as JSON', async () => {
		const csv = 'title,description,metadata\na,b,"{""k"":[1]}"\na,b,k=1\n';
		expect(await readBriefly('csv', csv)).toEqual([
			[2, { title: 'a', description: 'b', metadata: { k: [1] } }],
			[3, { title: 'a', description: 'b', metadata: 'k=1' }],
		]);
	});

	test('takes a quote within an unquoted field as it is', async () => {
		expect(await readBriefly('csv', 'title,description\n5" screen,b\n')).toEqual([
			[2, { title: '5" screen', description: 'b' }],
		]);
	});

	test('names rows with too few or too many columns and those that are no UTF-8', async () => {
		const csv = Buffer.concat([
			Buffer.from('title,description\na\na,b,c\ncaf'),
			Buffer.from([0xe9]),
			Buffer.from(',b\n'),
		]);
		expect(await readBriefly('csv', csv)).toEqual([
			[2, problem('has 1 columns where the header has 2')],
			[3, problem('has 3 columns where the header has 2')],
			[4, problem('is not valid UTF-8', 'title')],
		]);
	});

	test('a quote that is never closed costs the rest, not the rows before it', async () => {
		expect(await readBriefly('csv', 'title,description\na,b\n"c,d\ne,f\n')).toEqual([
			[2, { title: 'a', description: 'b' }],
			[3, problem('has a quote that is never closed; nothing from here on could be read')],
		]);
		const endless = `title,description\na,b\n"${'x\n'.repeat(MOST_BYTES_A_ROW)}`;
		expect(await readBriefly('csv', endless, 65_536)).toEqual([
			[2, { title: 'a', description: 'b' }],
			[3, problem(expect.stringContaining('is longer than a ticket can be') as unknown as string)],
		]);
	});

	test.each([
		['', 'The CSV is empty'],
		['name,description\n', 'no column title'],
		['title,description,Title\n', 'the column title twice'],
		['"title,description\n', 'The header line of the CSV has a quote that is never closed'],
		[Buffer.from('\uFEFFtitle', 'utf16le'), 'UTF-16'],
	])('%j has no header to work with', async (content, message) => {
		await expect(read('csv', content)).rejects.toThrow(message);
	});
});
