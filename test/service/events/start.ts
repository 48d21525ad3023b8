import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { migrate, openDatabase } from '../../../service/database';
import { createDispatcher, type Dispatcher, type DispatcherOptions } from '../../../service/events/dispatcher';
import { publishEvents } from '../../../service/events/publish';
import { eventOf } from '../../../service/pipeline/steps';
import { createSend } from '../../../service/send';
import { newRecord, type Status, type Step, type TicketRecord } from '../../../service/store/records';
import { findSubscription, insertSubscription, type Subscription } from '../../../service/store/subscriptions';
import type { Recorded } from '../../helpers/local-server';
import { startPostgres, type Postgres } from '../../helpers/postgres';
import { eventually } from '../../helpers/service';
import { buildTicket } from '../../helpers/tickets';

export const DATABASES = ['SQLite', 'PostgreSQL'] as const;
type Kind = (typeof DATABASES)[number];

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const PATIENCE = { firstMs: 20, longestMs: 160, giveUpMs: 3 * 86_400_000, random: () => 1 };

/** One PostgreSQL for a file of tests; resolves with new, migrated databases of either kind. */
export function useDatabases(): (kind: Kind) => Promise<Knex> {
	let postgres: Postgres;
	beforeAll(async () => {
		postgres = await startPostgres();
	});
	afterAll(() => postgres.stop());
	return async (kind) => {
		const client = kind === 'SQLite' ? 'sqlite3' : 'pg';
		const connection = kind === 'SQLite' ? ':memory:' : await postgres.createDatabase();
		const knex = openDatabase({ client, connection });
		await migrate(knex);
		return knex;
	};
}

export interface Events {
	knex: Knex;
	/** Who tells; started. */
	dispatcher(overrides?: Partial<DispatcherOptions>): Dispatcher;
	subscribe(url: string, overrides?: Partial<Subscription>): Promise<number>;
	/** A step of a ticket, as the pipeline writes it. */
	happen(ticketId: string, step?: Step, status?: Status): Promise<void>;
	show(id: number): Promise<Subscription>;
	/** Deliveries that wait. */
	waiting(): Promise<number>;
	/** Once nothing waits. */
	idle(tries?: number): Promise<void>;
	logs: string[];
	close(): Promise<void>;
}

/** Receivers have `timeoutMs` to answer. */
export function startEvents(knex: Knex, timeoutMs = 5000): Events {
	const dispatchers: Dispatcher[] = [];
	const logs: string[] = [];
	const outgoing = createSend({ allowedPrivateHosts: ['127.0.0.1'], timeoutMs });
	const waiting = async (): Promise<number> => (await knex('event_deliveries')).length;
	return {
		...{ knex, logs, waiting },
		dispatcher(overrides = {}) {
			const log = pino({ level: 'debug' }, { write: (line: string) => void logs.push(line) });
			const timing = { pollMs: 10, leaseMs: 3 * timeoutMs, mostWaiting: 10_000, patience: PATIENCE };
			const deps = { knex, log, send: outgoing.send, lookup: () => undefined, now: Date.now, count: () => undefined };
			const dispatcher = createDispatcher({ ...deps, ...timing, ...overrides });
			dispatcher.start();
			dispatchers.push(dispatcher);
			return dispatcher;
		},
		async subscribe(url, overrides = {}) {
			const given = { url, secret: SECRET, events: ['settled' as const], description: null, ...overrides };
			const stored = await insertSubscription(knex, given, new Date().toISOString(), 100);
			return stored!.id;
		},
		happen: (ticketId, step = 'routed', status = 'routed') =>
			knex.transaction((trx) => publishEvents(trx, [stepOf(ticketId, step, status)])),
		show: async (id) => (await findSubscription(knex, id))!,
		async idle(tries) {
			await eventually(async () => ((await waiting()) === 0 ? true : undefined), 'all events to be told', tries);
		},
		async close() {
			await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
			await outgoing.close();
			await knex.destroy();
		},
	};
}

export function stepOf(ticketId: string, step: Step, status: Status) {
	const at = new Date().toISOString();
	const record: TicketRecord = { ...newRecord(ticketId, buildTicket(), at), status };
	return { record, events: [eventOf(record, step, {}, at)] };
}

export function ticketIds(count: number): string[] {
	return Array.from({ length: count }, () => `TKT-${randomBytes(12).toString('hex').toUpperCase()}`);
}

export interface Told {
	type: string;
	timestamp: string;
	data: { ticket_id: string } & Record<string, unknown>;
}

export function toldIn({ body }: Recorded): Told {
	return JSON.parse(body) as Told;
}
