/** Codes and names of what fails for the moment, whatever was asked: of PostgreSQL, of SQLite, of the connection. */
const OUTAGES: [RegExp, string][] = [
	[/^(SQLITE_FULL|53100|ENOSPC)$/, 'its disk is full'],
	[/^SQLITE_(IOERR|CANTOPEN|READONLY|NOTADB|CORRUPT)\w*$/, 'its file cannot be read or written'],
	[/^(SQLITE_(BUSY|LOCKED)\w*|55P03|40P01|40001)$/, 'others hold what is asked for'],
	[/^(KnexTimeoutError|53300)$/, 'all its connections are in use'],
	[/^(57014|25P0[34]|NO_ANSWER)$/, 'it took too long'],
	[/^(ECONN\w+|E(PIPE|TIMEDOUT|NOTFOUND|HOSTUNREACH|NETUNREACH)|EAI_AGAIN)$/, 'it cannot be reached'],
	[/^(08...|57P0.|58...|53...)$/, 'it is not at work'],
	[/^25006$/, 'it can only be read'],
];

/** The driver's words for a connection that ended or never came about, which have no code; Knex writes the query before them. */
const CUT_OFF = new RegExp(
	`(^| - )(${[
		'Connection terminated( unexpectedly| due to connection timeout)?',
		...['timeout expired', 'timeout exceeded when trying to connect', 'Query read timeout'],
		'Client (has|was) .*not queryable',
	].join('|')})$`,
);

/** What is thrown where nobody waits for the database any longer. */
export function noAnswer(): Error {
	return Object.assign(new Error('the database did not answer in time'), { code: 'NO_ANSWER' });
}

/** Why the database does not do what it will do again later; null where an error is something else. */
export function outageOf(error: unknown): string | null {
	const { code, name, message } = (error ?? {}) as Record<string, unknown>;
	const known = OUTAGES.find(([pattern]) =>
		[code, name].some((text) => typeof text === 'string' && pattern.test(text)),
	);
	if (known) return known[1];
	return code === undefined && typeof message === 'string' && CUT_OFF.test(message) ? 'it cannot be reached' : null;
}
