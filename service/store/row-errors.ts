import { LostClaim } from '../queue/queue';

/**
 * Whether what was to be written was refused (a constraint, a value that does not fit, a job that another has by now) and
 * not the moment (busy, full, gone): writing the very same again would not help, and neighbours in the transaction are
 * innocent.
 */
export function isRowError(error: unknown): boolean {
	if (error instanceof LostClaim) return true;
	const { code } = (error ?? {}) as { code?: unknown };
	// SQLite's names, and PostgreSQL's classes 22 (data) and 23 (integrity).
	return typeof code === 'string' && /^(SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)\w*|2[23][0-9A-Z]{3})$/.test(code);
}
