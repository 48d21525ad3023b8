import type { Knex } from 'knex';

export interface Job {
	ticketId: string;
	/** Which try this is; the first is 1. */
	attempt: number;
	/** Milliseconds since 1970: since when it is worked on. */
	createdAt: number;
}

export interface NewJob {
	ticketId: string;
	/** Higher goes first. */
	priority: number;
	/** Milliseconds since 1970, for the order among equals. */
	createdAt: number;
	/** True if the worker at hand starts on it as soon as the transaction is through. */
	claimed: boolean;
}

export interface Postponement {
	runAfter: number;
	/** Tries that count from now on; whatever claims there were meanwhile. */
	attempts: number;
}

export interface QueueStats {
	waiting: number;
	running: number;
	dead: number;
	/** Age of the oldest job that could run, in milliseconds; 0 if none waits. */
	oldestWaitingMs: number;
}

/**
 * Durable work, one job a ticket. At least once: a job whose lease runs out is given out again.
 * What takes a transaction happens in the caller's, together with the ticket's own change.
 */
export interface Queue {
	enqueue(trx: Knex, jobs: NewJob[]): Promise<void>;
	/** Up to `limit` jobs that are due, by priority, then age, leased to the caller. */
	claim(limit: number): Promise<Job[]>;
	/** Prolongs the leases of jobs still worked on. */
	extend(ticketIds: string[]): Promise<void>;
	/** The jobs are done. */
	complete(trx: Knex, ticketIds: string[]): Promise<void>;
	/** Puts tickets back to work, whatever became of their jobs. Resolves with those it took: not one that is worked on. */
	requeue(trx: Knex, jobs: NewJob[]): Promise<string[]>;
	/** The job is given out again at `runAfter`, milliseconds since 1970. A try that was none is left out of its attempts. */
	postpone(trx: Knex, ticketId: string, postponement: Postponement): Promise<void>;
	/** The job is given up and kept for a person. */
	bury(trx: Knex, ticketId: string): Promise<void>;
	stats(): Promise<QueueStats>;
	/** How long a lease lasts, in milliseconds. */
	readonly leaseMs: number;
}
