import type { Knex } from 'knex';
import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { migrate } from '../../../service/database';
import { inTurn } from '../../../service/in-turn';
import { migrationSource } from '../../../service/migrations';
import { seedsFor } from '../../../service/seeds';
import { listMappings, seedMappings } from '../../../service/store/mappings';
import { listTickets } from '../../../service/store/ticket-pages';
import { findTicket } from '../../../service/store/tickets';
import { describeOnBoth } from '../../helpers/both-databases';

jest.setTimeout(120_000);

type Row = Record<string, unknown>;
const AT = '2026-03-01T09:00:00.123Z';
const LATER = '2026-03-01T10:00:00.000Z';

/** What a version adds to the rows that the one before it had. */
const ROWS: Record<string, Record<string, Row>> = {
	'001-initial': {
		team_mappings: { department: 'IT', team_name: 'Ops', system: 'inbox', created_at: AT, updated_at: AT },
		ticket_logs: {
			...{ ticket_id: 'TKT-1', title: 'Größe', description: 'Zu groß', email: 'a@example.com', status: 'failed' },
			...{ priority: 'high', effective_priority: 'high', confidence_score: 0.123456789012345, needs_review: true },
			...{
				ticket_metadata: '{"k":"\\u0000"}',
				classification: '{"department":"IT"}',
				created_at: AT,
				updated_at: LATER,
			},
		},
		ticket_events: { ticket_id: 'TKT-1', step: 'received', detail: '{}', created_at: AT },
		ticket_jobs: {
			...{ ticket_id: 'TKT-1', state: 'dead', attempts: 3, priority: 2 },
			...{ run_after: 1_700_000_000_000, locked_until: 0, created_at: 1_700_000_000_000 },
		},
	},
	'002-deliveries': {
		ticket_logs: {
			...{ delivery_number: 2, delivery_state: 'in_doubt', delivery_target: 'x', delivery_mapping: 1 },
			...{ delivery_at: AT, corrected_department: 'HR', corrected_at: LATER },
		},
	},
	'003-claims': { ticket_jobs: { claim: 'c' } },
	'004-idempotency': {
		idempotency_keys: { caller: '', key: 'k', item: 0, fingerprint: 'f', ticket_id: 'TKT-1', created_at: 5 },
	},
	'006-events': {
		subscriptions: { url: 'https://a.example', events: '[]', secret: 's', created_at: AT, updated_at: AT },
	},
	'010-limits': { limits: { key: 'jira:a', version: 3, state: '{"closed":null}', updated_at: 1_700_000_000_000 } },
	'011-traces': { ticket_logs: { request_id: 'r-1', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` } },
};

const source = (notes: string[] = []) => ({ migrationSource: migrationSource(notes) });
const NAMES: string[] = [];
beforeAll(async () => void NAMES.push(...((await migrationSource([]).getMigrations([])) as string[])));

async function upTo(knex: Knex, version: string): Promise<void> {
	await knex.migrate.to({ ...source(), name: version } as Knex.MigratorConfig);
}

function rowsOf(version: string): Record<string, Row> {
	const rows: Record<string, Row> = {};
	for (const [, tables] of Object.entries(ROWS).filter(([name]) => name <= version))
		for (const [table, row] of Object.entries(tables)) rows[table] = { ...rows[table], ...row };
	return rows;
}

/** The columns that were filled, each as text: the databases differ in what they give for a time, a truth or a bigint. */
async function read(knex: Knex, rows: Record<string, Row>): Promise<Record<string, Row>> {
	const found: Record<string, Row> = {};
	for (const [table, row] of Object.entries(rows)) {
		const stored = (await knex(table)) as Row[];
		expect(stored).toHaveLength(1);
		found[table] = Object.fromEntries(Object.keys(row).map((column) => [column, asText(stored[0][column])]));
	}
	return found;
}

function asText(value: unknown): string {
	if (value instanceof Date) return value.toISOString();
	return String(typeof value === 'boolean' ? Number(value) : value);
}

const expected = (rows: Record<string, Row>): Record<string, Row> =>
	Object.fromEntries(
		Object.entries(rows).map(([table, row]) => [
			table,
			Object.fromEntries(Object.entries(row).map(([column, value]) => [column, asText(value)])),
		]),
	);

describeOnBoth('migrations', ({ open, create, client }) => {
	it('go up from every version, down to it again, and keep what was there', async () => {
		expect(NAMES.length).toBeGreaterThanOrEqual(9);
		for (const version of NAMES) {
			const knex = await open();
			await upTo(knex, version);
			const rows = rowsOf(version);
			for (const [table, row] of Object.entries(rows)) await knex(table).insert(row);
			await migrate(knex);
			expect({ version, ...(await read(knex, rows)) }).toEqual({ version, ...expected(rows) });
			for (const later of NAMES.slice(NAMES.indexOf(version) + 1).reverse())
				await knex.migrate.down({ ...source(), name: later } as Knex.MigratorConfig);
			expect({ version, ...(await read(knex, rows)) }).toEqual({ version, ...expected(rows) });
			expect(await migrate(knex)).toEqual([]);
		}
	});

	it('leave nothing when all are undone', async () => {
		const knex = await open();
		await migrate(knex);
		await knex.migrate.rollback(source(), true);
		for (const table of ['team_mappings', 'ticket_logs', 'ticket_events', 'ticket_jobs', 'ticket_search'])
			expect([table, await knex.schema.hasTable(table)]).toEqual([table, false]);
	});

	it('are all or nothing', async () => {
		const knex = await open();
		const broken = inTurn(knex, async (trx) => {
			await trx.migrate.latest(source());
			throw new Error('the process ended');
		});
		await expect(broken).rejects.toThrow('the process ended');
		expect(await knex.schema.hasTable('ticket_logs')).toBe(false);
		expect(await knex.schema.hasTable('knex_migrations')).toBe(false);
		expect(await migrate(knex)).toEqual([]);
		expect(await knex.schema.hasTable('ticket_logs')).toBe(true);
	});

	it('and seeds wait for one another where several processes start at once', async () => {
		const database = await create();
		// Who waits on SQLite keeps one of the process's four threads, and the one who is waited for needs one.
		const starts = Array.from({ length: client === 'pg' ? 5 : 2 }, () => open(database));
		const seeded = await Promise.all(
			starts.map(async (opening) => {
				const knex = await opening;
				await migrate(knex);
				return inTurn(knex, (trx) => seedMappings(trx, seedsFor(DEFAULT_DEPARTMENTS, []), AT));
			}),
		);
		expect(seeded.filter((did) => did)).toHaveLength(1);
		expect(await listMappings(await open(database))).toHaveLength(DEFAULT_DEPARTMENTS.length);
	});

	it('give every time as ISO 8601 in UTC', async () => {
		const knex = await open();
		await migrate(knex);
		await knex('ticket_logs').insert(rowsOf('002-deliveries').ticket_logs);
		expect(await findTicket(knex, 'TKT-1')).toMatchObject({
			...{ created_at: AT, updated_at: LATER, delivery_at: AT, corrected_at: LATER, erased_at: null },
			...{ needs_review: true, confidence_score: 0.123456789012345, ticket_metadata: { k: '\0' } },
		});
	});

	if (client !== 'pg') return;

	it('make columns that fit what is in them', async () => {
		const knex = await open();
		await migrate(knex);
		const types = Object.entries(await knex('ticket_logs').columnInfo()).map(([name, { type }]) => [name, type]);
		expect(Object.fromEntries(types)).toMatchObject({
			...{ id: 'integer', ticket_id: 'text', description: 'text', error_message: 'text' },
			...{ confidence_score: 'double precision', needs_review: 'boolean', delivery_mapping: 'integer' },
			created_at: 'timestamp with time zone',
			updated_at: 'timestamp with time zone',
			delivery_at: 'timestamp with time zone',
			corrected_at: 'timestamp with time zone',
			erased_at: 'timestamp with time zone',
		});
	});

	it('do without trigrams where their extension cannot be had, and say so', async () => {
		const database = await create();
		const owner = await open(database);
		await owner.raw("CREATE ROLE plain LOGIN PASSWORD 'plain'");
		await owner.raw('GRANT CREATE ON SCHEMA public TO plain');
		const url = new URL(database.connection);
		Object.assign(url, { username: 'plain', password: 'plain' });
		const knex = await open({ client, connection: url.href });
		expect(await migrate(knex)).toEqual([expect.stringContaining('pg_trgm cannot be had')]);
		await knex('ticket_logs').insert(rowsOf('002-deliveries').ticket_logs);
		const { tickets } = await listTickets(knex, { text: 'größe' }, { limit: 5 });
		expect(tickets.map(({ ticket_id }) => ticket_id)).toEqual(['TKT-1']);
		await knex.migrate.rollback(source(), true);
	});
});
