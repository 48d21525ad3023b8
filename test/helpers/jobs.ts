import type { Knex } from 'knex';
import type { Service } from '../../service/service';
import type { BossQueue } from '../../service/queue/boss-queue';
import { isPostgres } from '../../service/in-turn';

export interface StoredJob {
	ticket_id: string;
	state: 'waiting' | 'running' | 'dead';
	/** Tries so far, the running one among them. */
	attempts: number;
	/** Milliseconds since 1970. */
	run_after: number;
}

/** What stands in the queue's tables, and how a test moves it, whichever queue it is. */
export interface StoredJobs {
	all(): Promise<StoredJob[]>;
	find(ticketId: string): Promise<StoredJob | undefined>;
	/** What waits may run now. */
	hurry(ticketId: string): Promise<void>;
	/** They are worked on since then, in milliseconds since 1970. */
	since(createdAt: number): Promise<void>;
	/** As if their worker had begun so many tries, had died then, and its leases had run out. */
	lose(attempts?: number): Promise<void>;
	/** Nothing can be kept any more. */
	drop(): Promise<void>;
}

export function jobsIn(service: Pick<Service, 'knex' | 'queue'>): StoredJobs {
	return isPostgres(service.knex) ? ofBoss(service.knex, service.queue as BossQueue) : ofTable(service.knex);
}

function ofTable(knex: Knex): StoredJobs {
	const jobs = () => knex('ticket_jobs');
	const columns = ['ticket_id', 'state', 'attempts', 'run_after'];
	return {
		all: async () => (await jobs().select(columns)) as StoredJob[],
		find: async (id) => (await jobs().where({ ticket_id: id }).first(columns)) as StoredJob | undefined,
		hurry: async (id) => void (await jobs().where({ ticket_id: id }).update({ run_after: 0 })),
		since: async (createdAt) => void (await jobs().update({ created_at: createdAt })),
		lose: async (attempts) =>
			void (await jobs().update({ state: 'running', locked_until: 1, ...(attempts && { attempts }) })),
		drop: async () => void (await knex.schema.dropTable('ticket_jobs')),
	};
}

function ofBoss(knex: Knex, { boss }: BossQueue): StoredJobs {
	const jobs = () => knex('triage_queue.job').whereIn('name', ['tickets', 'tickets-dead']);
	const all = async (): Promise<StoredJob[]> => {
		const state = `CASE WHEN name = 'tickets-dead' THEN 'dead' WHEN state = 'active' THEN 'running' ELSE 'waiting' END`;
		const tried = `retry_count + CASE WHEN state = 'active' THEN 1 ELSE 0 END - (data->>'free')::int`;
		return (await jobs().select({
			ticket_id: 'singleton_key',
			state: knex.raw(state),
			attempts: knex.raw(`COALESCE((data->>'attempts')::int, ${tried})`),
			run_after: knex.raw('(extract(epoch from start_after) * 1000)::float8'),
		})) as StoredJob[];
	};
	return {
		all,
		find: async (id) => (await all()).find(({ ticket_id }) => ticket_id === id),
		hurry: async (id) => void (await jobs().where({ singleton_key: id }).update({ start_after: knex.fn.now() })),
		since: async (createdAt) =>
			void (await jobs().update({
				data: knex.raw(`data || jsonb_build_object('created_at', ?::bigint)`, [createdAt]),
			})),
		async lose(attempts) {
			const hourAgo = knex.raw(`now() - interval '1 hour'`);
			const begun = attempts && { retry_count: attempts - 1 };
			await jobs().update({ state: 'active', started_on: hourAgo, heartbeat_on: hourAgo, ...begun });
			await boss.supervise('tickets');
		},
		drop: async () => void (await knex.raw('ALTER SCHEMA triage_queue RENAME TO gone')),
	};
}
