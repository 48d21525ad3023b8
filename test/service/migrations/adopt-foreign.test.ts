import fc from 'fast-check';
import type { Knex } from 'knex';
import { PRIORITIES } from '../../../core/ticket';
import { migrate, openDatabase } from '../../../service/database';
import { listMappings } from '../../../service/store/mappings';
import { STATUSES } from '../../../service/store/records';
import { listTickets } from '../../../service/store/ticket-pages';
import { hostileText } from '../../helpers/arbitraries';
import { runs } from '../../helpers/foreign';

const MAPPING = [
	...['department', 'team_name', 'system', 'api_endpoint', 'api_method', 'api_headers', 'settings'],
	...['priority_threshold', 'is_active', 'created_at', 'updated_at'],
];
const TICKET = [
	...['ticket_id', 'title', 'description', 'email', 'priority', 'effective_priority', 'status', 'department'],
	...['assigned_to', 'confidence_score', 'needs_review', 'classification', 'external_ticket_id', 'external_url'],
	...['source', 'routed_to_system', 'ticket_metadata', 'error_message', 'created_at', 'updated_at'],
];

/** SQLite keeps any value in any column. */
const cell: fc.Arbitrary<unknown> = fc.oneof(
	fc.constantFrom<unknown>(
		null,
		'',
		' ',
		'IT',
		'high',
		'routed',
		'{}',
		'[]',
		'null',
		'{"a":1}',
		'{"__proto__":1}',
		'[[[[',
	),
	fc.constantFrom<unknown>(0, 1, -1, 1e308, 2 ** 53, true, 'NaN', 'https://acme.atlassian.net', 'javascript:alert(1)'),
	fc.constantFrom(
		'2025-03-01 09:00:00',
		'2025-13-99 99:99:99',
		'abcd-ef-gh x',
		'0000-00-00 00:00:00',
		'yesterday',
		'99999-01-01',
	),
	hostileText,
	fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
);
const rowOf = (columns: string[]) => fc.record(Object.fromEntries(columns.map((name) => [name, cell])));

async function adopted(mappings: object[], tickets: object[], check: (knex: Knex) => Promise<void>): Promise<void> {
	const knex = openDatabase({ client: 'sqlite3', connection: ':memory:' });
	try {
		const columns = (names: string[]): string => names.map((name) => `${name} ${TYPES[name] ?? 'TEXT'}`).join(', ');
		await knex.raw(`CREATE TABLE team_mappings (id INTEGER PRIMARY KEY, ${columns(MAPPING)})`);
		await knex.raw(`CREATE TABLE ticket_logs (id INTEGER PRIMARY KEY, ${columns(TICKET)})`);
		for (const row of mappings) await knex('team_mappings').insert(row);
		for (const row of tickets) await knex('ticket_logs').insert(row);
		await migrate(knex);
		await check(knex);
	} finally {
		await knex.destroy();
	}
}

const TYPES: Record<string, string> = {
	ticket_id: 'VARCHAR(50) UNIQUE',
	created_at: 'DATETIME',
	updated_at: 'DATETIME',
	is_active: 'BOOLEAN',
	needs_review: 'BOOLEAN',
};

const rows = fc.tuple(
	fc.array(rowOf(MAPPING), { maxLength: 3 }),
	fc.uniqueArray(rowOf(TICKET), {
		maxLength: 3,
		selector: ({ ticket_id: id }) => (id === null ? {} : String(id === true ? 1 : id)),
	}),
);

test('whatever stands in the old columns, every row is taken over and can be read', async () => {
	await fc.assert(
		fc.asyncProperty(rows, async ([mappings, tickets]) => {
			await adopted(mappings, tickets, async (knex) => {
				const read = await listMappings(knex);
				expect(read).toHaveLength(mappings.length);
				for (const { system, department, endpoint, priorityThreshold, createdAt } of read) {
					expect([system, department, endpoint].map((one) => typeof one)).toEqual(['string', 'string', 'string']);
					expect(PRIORITIES).toContain(priorityThreshold);
					expect(new Date(createdAt).toISOString()).toBe(createdAt);
				}
				const { tickets: listed } = await listTickets(knex, {}, { limit: 20 });
				expect(listed).toHaveLength(tickets.length);
				for (const ticket of listed) {
					expect(typeof ticket.ticket_id).toBe('string');
					expect(PRIORITIES).toContain(ticket.priority);
					expect(STATUSES).toContain(ticket.status);
					expect(new Date(ticket.created_at).toISOString()).toBe(ticket.created_at);
					expect(() => JSON.stringify(ticket)).not.toThrow();
				}
			});
		}),
		runs(40),
	);
});
