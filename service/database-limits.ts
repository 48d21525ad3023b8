import type { Socket } from 'node:net';
import { noAnswer } from './store/outages';

/** How long anything may take on PostgreSQL before it ends as a failure, in milliseconds. */
export interface Limits {
	/** Waiting for what others hold. */
	lockMs: number;
	statementMs: number;
	/** A transaction that is asked nothing. */
	idleTransactionMs: number;
	/** A connection that owes an answer and is silent, as when server or network hang: not below `statementMs`. */
	silenceMs: number;
}

export const LIMITS: Limits = { lockMs: 5000, statementMs: 10_000, idleTransactionMs: 30_000, silenceMs: 11_000 };

/** What is used here of a connection as pg has it. */
interface PostgresConnection {
	query(sql: string, done: (error: Error | null) => void): void;
	/** Whether it owes no answer. */
	readyForQuery: boolean;
	connection: { stream: Socket };
}

/** For a pool's new connections. They are told, not started with it: a pooler such as PgBouncer refuses parameters at the start. */
export function limitConnection({ lockMs, statementMs, idleTransactionMs, silenceMs }: Limits) {
	const sql = [
		`SET lock_timeout = ${lockMs}`,
		`SET statement_timeout = ${statementMs}`,
		`SET idle_in_transaction_session_timeout = ${idleTransactionMs}`,
	].join(';');
	return (made: PostgresConnection, done: (error: Error | null, connection: PostgresConnection) => void): void => {
		const { stream } = made.connection;
		stream.setTimeout(silenceMs);
		stream.on('timeout', () => {
			// The pool finds it broken and makes another; what was asked fails, and so does the rollback, at once.
			if (!made.readyForQuery) stream.destroy(noAnswer());
		});
		made.query(sql, (error) => done(error, made));
	};
}
