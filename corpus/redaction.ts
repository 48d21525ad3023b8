/** How well personal data is found: `npm run redaction`, over corpus/redaction/rows. All values in there are invented. */
import { findPersonalData } from '../core/redaction';
import { findRoot } from '../service/environment';
import { measure } from './redaction/measure';
import { readPlanted } from './redaction/planted';
import { asTables } from './redaction/tables';

function main(): void {
	const rows = readPlanted(findRoot());
	const sets = [
		{ title: 'Rows the rules were made with', rows: rows.filter(({ held }) => held !== true) },
		{ title: 'Rows held apart', rows: rows.filter(({ held }) => held === true) },
	];
	process.stdout.write(sets.map((set) => asTables(set.title, measure(set.rows, findPersonalData))).join('\n'));
}

main();
