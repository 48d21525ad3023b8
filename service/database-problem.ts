import { ConfigError, type Database } from './config';

const ADVICE: Record<string, string> = {
	SQLITE_CANTOPEN: 'its folder must exist, and this user must be allowed to write in it',
	SQLITE_READONLY: 'this user must be allowed to write the file and its folder',
	SQLITE_NOTADB: 'the file is no SQLite database: name another, or move it away',
	SQLITE_CORRUPT: 'the file is damaged: restore a backup, or move it away',
	SQLITE_BUSY: 'another process holds it: stop that one',
	SQLITE_FULL: 'the disk is full: make room',
	SQLITE_IOERR: 'the disk cannot be read or written',
	ECONNREFUSED: 'nothing listens there: check host and port, and that the server runs',
	ENOTFOUND: 'this host is not known: check its name',
	ETIMEDOUT: 'the host does not answer: check host, port and firewall',
	'28P01': 'user or password is wrong',
	'28000': 'this user may not connect',
	'3D000': 'there is no such database: create it first',
	'42501': 'this user may not create tables there',
};

/** What keeps a database from being used, where it is one of its own errors; its message may quote values, so it stays out. */
export function databaseProblem(database: Database, error: unknown): unknown {
	const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown };
	// Several addresses tried, several errors in one.
	if (typeof code !== 'string' && Array.isArray(errors) && errors.length > 0)
		return databaseProblem(database, errors[0]);
	if (typeof code !== 'string') return error;
	const advice = Object.hasOwn(ADVICE, code) ? ADVICE[code] : 'it could not be opened or brought up to date';
	return new ConfigError([`DATABASE_URL: ${placeOf(database)} cannot be used (${code}): ${advice}`]);
}

/** Where it is, without user and password. */
function placeOf({ client, connection }: Database): string {
	if (client === 'sqlite3') return connection;
	if (!URL.canParse(connection)) return 'the PostgreSQL server';
	const { host, pathname } = new URL(connection);
	return `postgres://${host}${pathname}`;
}
