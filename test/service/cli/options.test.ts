import { UsageError, parseOptions } from '../../../service/cli/options';

const parse = (...argv: string[]) => parseOptions(argv, '/data');

test('a file alone', () => {
	expect(parse('tickets.CSV')).toEqual({
		...{ input: '/data/tickets.CSV', format: 'csv', output: '/data/tickets.CSV.results.jsonl' },
		...{ email: null, dryRun: false, fresh: false },
	});
});

test('everything said', () => {
	const argv = [
		'--format',
		'csv',
		'--output',
		'out.jsonl',
		'--email',
		' ana@example.com',
		'--dry-run',
		'--fresh',
		'/x/t.txt',
	];
	expect(parse(...argv)).toEqual({
		...{ input: '/x/t.txt', format: 'csv', output: '/data/out.jsonl' },
		...{ email: 'ana@example.com', dryRun: true, fresh: true },
	});
});

test('standard input is JSONL and its results go to standard output', () => {
	expect(parse('-')).toMatchObject({ input: '-', format: 'jsonl', output: '-' });
	expect(parse('-', '--format=csv', '--output', 'o')).toMatchObject({ format: 'csv', output: '/data/o' });
	expect(parse('t.ndjson', '--output', '-')).toMatchObject({ format: 'jsonl', output: '-' });
});

test('help goes before everything', () => expect(parse('--help')).toBeNull());

test.each([
	[[], 'Name one file'],
	[['a.csv', 'b.csv'], 'Name one file'],
	[['a.csv', '--quiet'], "Unknown option '--quiet'"],
	[['a.csv', '--email'], 'email'],
	[['a.csv', '--email', 'nobody'], '--email must be an e-mail address'],
	[['a.csv', '--format', 'xml'], '--format must be jsonl or csv'],
	[['a.csv', '--output', ''], 'must not be empty'],
	[['a.json'], 'neither .jsonl nor .csv'],
])('%j is wrong usage', (argv, message) => {
	expect(() => parse(...argv)).toThrow(UsageError);
	expect(() => parse(...argv)).toThrow(message);
});
