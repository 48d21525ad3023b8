import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseProblem } from '../../service/database-problem';
import { spawnService } from '../helpers/process';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'triage-nowhere-'));

it.each([
	[
		'a folder that is not there',
		`sqlite:${folder}/no/where.db`,
		/no\/where\.db .*\(SQLITE_CANTOPEN\): its folder must exist/,
	],
	[
		'a file that is no database',
		`sqlite:${folder}/text.db`,
		/text\.db .*\(SQLITE_NOTADB\): the file is no SQLite database/,
	],
	[
		'a server that is not there',
		'postgres://me:hush-hush@127.0.0.1:1/tickets',
		/postgres:\/\/127\.0\.0\.1:1\/tickets .*ECONNREFUSED/,
	],
])('the start says which database it was, and what to do: %s', async (_name, url, expected) => {
	writeFileSync(join(folder, 'text.db'), 'this is no database at all, it is a text. '.repeat(50));
	const error = (await spawnService({ DATABASE_URL: url }).catch((reason: unknown) => reason)) as Error;
	expect(error.message).toMatch(/^ended with 1/);
	expect(error.message).toMatch(expected);
	expect(error.message).not.toMatch(/hush-hush|me:| {4}at /);
});

it('a bug is not blamed on the database', () => {
	const bug = new TypeError('x is not a function');
	expect(databaseProblem({ client: 'sqlite3', connection: '/a.db' }, bug)).toBe(bug);
});
