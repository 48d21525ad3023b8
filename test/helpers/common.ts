import type { Knex } from 'knex';
import { openDatabase } from '../../service/database';
import { createLogger } from '../../service/logger';
import { createLimits, type Limits } from '../../service/store/limits';
import { createTurnstile, type Turnstile } from '../../service/targets/turnstile';

/** What a process has in common with others on the same database: a pool of its own. */
export interface Member {
	knex: Knex;
	limits: Limits;
	turnstile: Turnstile;
}

export interface Members {
	all: Member[];
	close(): Promise<void>;
}

/** As many as if each were a process. The database is migrated. */
export function startMembers(url: string, count: number, leaseMs = 60_000): Members {
	const log = createLogger('silent', 'test');
	const all = Array.from({ length: count }, (): Member => {
		const knex = openDatabase({ client: 'pg', connection: url }, log);
		const limits = createLimits({ knex, now: Date.now, log });
		return { knex, limits, turnstile: createTurnstile({ limits, now: Date.now, random: Math.random, leaseMs }) };
	});
	return {
		all,
		async close() {
			await Promise.all(all.map(({ limits }) => limits.settled()));
			await Promise.all(all.map(({ knex }) => knex.destroy()));
		},
	};
}
