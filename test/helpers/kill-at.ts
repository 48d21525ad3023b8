/**
 * Loaded into a process ahead of its program: SIGKILL at one place in what it tells its database. KILL_AT is a `Point`.
 * Nothing of the program runs between a commit that the point comes after and the end.
 */
import { createRequire } from 'node:module';

export interface Point {
	/** Of the commit of a transaction with the statement; where that has no transaction, of the statement. */
	when: 'before' | 'after';
	/** What the statement matches, as a regular expression. */
	sql: string;
	/** One of its values. */
	value?: string;
}

type Done = (...answer: unknown[]) => void;
type Ask = (...given: unknown[]) => unknown;

interface Statement {
	sql: string;
	values: unknown;
}

const point = process.env.KILL_AT ? (JSON.parse(process.env.KILL_AT) as Point) : null;
/** Connections in a transaction, with whether it has the statement. */
const open = new WeakMap<object, boolean>();

function die(): void {
	process.kill(process.pid, 'SIGKILL');
}

function isMeant({ sql, values }: Statement, { sql: pattern, value }: Point): boolean {
	return (
		new RegExp(pattern, 'i').test(sql) && (value === undefined || (Array.isArray(values) && values.includes(value)))
	);
}

/** Whether the point is at this statement. */
function isThere(connection: object, statement: Statement, wanted: Point): boolean {
	const word = statement.sql.trim().toUpperCase();
	if (/^BEGIN\b[^;]*;?$/.test(word)) open.set(connection, false);
	else if (isMeant(statement, wanted)) {
		if (!open.has(connection)) return true;
		open.set(connection, true);
	} else if (/^(COMMIT|ROLLBACK)\b(?! TO)/.test(word)) {
		const isMarked = open.get(connection) === true && word.startsWith('COMMIT');
		open.delete(connection);
		return isMarked;
	}
	return false;
}

function watched(ask: Ask, statementIn: (given: unknown[]) => Statement, wanted: Point): Ask {
	return function (this: object, ...given) {
		if (!isThere(this, statementIn(given), wanted)) return ask.apply(this, given);
		if (wanted.when === 'before') die();
		const done = given.at(-1);
		if (typeof done !== 'function') return (ask.apply(this, given) as Promise<unknown>).finally(die);
		const ended: Done = function (this: unknown, ...answer) {
			die();
			(done as Done).apply(this, answer);
		};
		return ask.apply(this, [...given.slice(0, -1), ended]);
	};
}

function watch(owner: Record<string, Ask>, names: string[], statementIn: (given: unknown[]) => Statement): void {
	if (point) for (const name of names) owner[name] = watched(owner[name], statementIn, point);
}

const load = createRequire(process.argv[1]);
const { Database } = load('sqlite3') as { Database: { prototype: Record<string, Ask> } };
watch(Database.prototype, ['run', 'all'], ([sql, values]) => ({ sql: String(sql), values }));

const { Client } = load('pg') as { Client: { prototype: Record<string, Ask> } };
watch(Client.prototype, ['query'], ([query, values]) => {
	if (typeof query === 'string') return { sql: query, values };
	const { text, values: own } = query as { text?: unknown; values?: unknown };
	return { sql: String(text), values: own ?? values };
});
