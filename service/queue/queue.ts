import type { Knex } from 'knex';

export interface Job {
	ticketId: string;
	/** Which claim this is: who was overtaken by another, after a lease that ran out, changes nothing any more. */
	claim: string;
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

/** Somebody else has the job by now, or nobody. */
export class LostClaim extends Error {
	override readonly name = 'LostClaim';
	constructor() {
		super('the lease of this job ran out, and it was given to another');
	}
}

/**
 * Durable work, one job a ticket. At least once: a job whose lease runs out is given out again.
 * What takes a transaction happens in the caller's, together with the ticket's own change.
 */
export interface Queue {
	/**
	 * Resolves with up to `wanted` jobs that are the caller's to start on as soon as the transaction is through: these, or
	 * others that were to come before them.
	 */
	enqueue(trx: Knex, jobs: NewJob[], wanted: number): Promise<Job[]>;
	/** Up to `limit` jobs that are due, by priority, then age, leased to the caller. */
	claim(limit: number): Promise<Job[]>;
	/** Prolongs the leases of those jobs that are still the caller's. */
	extend(jobs: Job[]): Promise<void>;
	/** The jobs go on, and nobody else gets them before the transaction is through. @throws LostClaim */
	hold(trx: Knex, jobs: Job[]): Promise<void>;
	/** The jobs are done. @throws LostClaim */
	complete(trx: Knex, jobs: Job[]): Promise<void>;
	/** Puts tickets back to work, whatever became of their jobs. Resolves with those it took: not one that is worked on. */
	requeue(trx: Knex, jobs: NewJob[]): Promise<string[]>;
	/**
	 * The job is given out again at `runAfter`, milliseconds since 1970. A try that was none is left out of its attempts.
	 * @throws LostClaim
	 */
	postpone(trx: Knex, job: Job, postponement: Postponement): Promise<void>;
	/** The job is given up and kept for a person. @throws LostClaim */
	bury(trx: Knex, job: Job): Promise<void>;
	/** Drops what was kept of tickets that were given up. Resolves with those that have work to do, now or later. */
	forget(trx: Knex, ticketIds: string[]): Promise<string[]>;
	stats(): Promise<QueueStats>;
	/** How long a lease lasts, in milliseconds. */
	readonly leaseMs: number;
}
