/** Every row of a file is in the results: valid ones settled, invalid ones named with their line, none twice, none lost. */
import { readFileSync } from 'node:fs';

const [input, output, log] = process.argv.slice(2).map((path) => readFileSync(path, 'utf8'));
const rows = input.trim().split('\n');
const results = output
	.trim()
	.split('\n')
	.map((line) => JSON.parse(line));
const lines = new Set(results.map(({ line }) => line));
const invalid = results.filter(({ problems }) => problems);
const settled = results.filter(({ status }) => status === 'routed' || status === 'needs_review');
const unnamed = invalid.filter(({ line }) => !log.includes(`line ${line}: `));
const check = (name, ok) => {
	if (!ok)
		throw new Error(
			`${name}: ${rows.length} rows, ${results.length} results, ${settled.length} settled, ${invalid.length} invalid`,
		);
};
check('a row is missing or twice', lines.size === rows.length && results.length === rows.length);
check('a valid row did not settle', settled.length + invalid.length === rows.length);
check('an invalid row is not named', unnamed.length === 0);
console.log(`${rows.length} rows: ${settled.length} settled, ${invalid.length} invalid and named`);
