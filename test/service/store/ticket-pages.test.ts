import fc from 'fast-check';
import type { Knex } from 'knex';
import { migrate } from '../../../service/database';
import { newRecord, type TicketRecord } from '../../../service/store/records';
import { listTickets, type TicketFilter } from '../../../service/store/ticket-pages';
import { insertTickets } from '../../../service/store/tickets';
import { describeOnBoth } from '../../helpers/both-databases';
import { buildTicket } from '../../helpers/tickets';

jest.setTimeout(60_000);

const TEXTS = ['VPN ist langsam', 'vpn', 'Ärger mit 100 % CPU', 'ÄRGER', 'a_b', 'Straße\\Weg', 'x', ''];
const DEPARTMENTS = ['IT', 'HR', 'Büro', null];
const STATUSES = ['routed', 'needs_review', 'failed'] as const;
const DAY_MS = 86_400_000;
const dayAt = (day: number): string => new Date(Date.parse('2026-01-01T00:00:00Z') + day * DAY_MS).toISOString();

/** Every text, department and status; several share a moment, and their ids are not in the order of their times. */
const RECORDS: TicketRecord[] = Array.from({ length: 96 }, (_, i) => ({
	...newRecord(`TKT-${i}`, buildTicket({ title: TEXTS[i % 8], description: TEXTS[(i >> 3) % 8] }), dayAt((i * 7) % 12)),
	department: DEPARTMENTS[i % 4],
	status: STATUSES[i % 3],
}));

const FILTERS = fc.record(
	{
		status: fc.constantFrom(...STATUSES),
		department: fc.constantFrom('it', 'HR', 'büro', 'BÜRO', 'Nowhere'),
		text: fc.constantFrom(
			'VPN',
			'vpn ',
			'ärger',
			'Ärger',
			'100 %',
			'%',
			'_',
			'a_b',
			'e\\w',
			'ÄR',
			'nothing of the kind',
		),
		from: fc.integer({ min: 0, max: 12 }).map(dayAt),
		to: fc.integer({ min: 0, max: 12 }).map(dayAt),
	},
	{ requiredKeys: [] },
);

/** What the filter means. Beyond A to Z SQLite knows no case: there only what either spelling has is certain. */
function wanted({ status, department, text, from, to }: TicketFilter): string[] {
	const folded = (value: string | null): string => (value ?? '').toLowerCase();
	return RECORDS.map((record, i) => ({ record, i }))
		.filter(({ record }) => status === undefined || record.status === status)
		.filter(({ record }) => department === undefined || folded(record.department) === folded(department))
		.filter(({ record }) => from === undefined || record.created_at >= from)
		.filter(({ record }) => to === undefined || record.created_at < to)
		.filter(({ record: { title, description } }) =>
			[title, description].some((place) => folded(place).includes(folded(text ?? ''))),
		)
		.sort((a, b) => b.record.created_at.localeCompare(a.record.created_at) || b.i - a.i)
		.map(({ record }) => record.ticket_id);
}

async function readAll(knex: Knex, filter: TicketFilter, limit: number, looked?: number): Promise<string[][]> {
	const pages: string[][] = [];
	let before: number | undefined;
	do {
		const { tickets, next } = await listTickets(knex, filter, { before, limit, looked });
		pages.push(tickets.map(({ ticket_id }) => ticket_id));
		before = next ?? undefined;
	} while (before !== undefined);
	return pages;
}

describeOnBoth('pages of tickets', ({ open }) => {
	it('have what the filter says, newest first, each once', async () => {
		const knex = await open();
		await migrate(knex);
		await insertTickets(knex, RECORDS);
		const limits = fc.integer({ min: 1, max: 100 });
		await fc.assert(
			fc.asyncProperty(FILTERS, limits, fc.constantFrom(1, 7, 1000), async (filter, limit, looked) => {
				const pages = await readAll(knex, filter, limit, looked);
				expect(pages.flat()).toEqual(wanted(filter));
				expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(limit);
			}),
			{ numRuns: 150 },
		);
	});

	it('look at no more than so many tickets for a text that no index has', async () => {
		const knex = await open();
		await migrate(knex);
		await insertTickets(knex, RECORDS);
		const pages = await readAll(knex, { text: '%' }, 50, 10);
		expect(pages.length).toBeGreaterThanOrEqual(9);
		expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(10);
	});

	it('end after a ticket that there is not', async () => {
		const knex = await open();
		await migrate(knex);
		await insertTickets(knex, RECORDS.slice(0, 3));
		expect(await listTickets(knex, {}, { before: 2_147_483_647, limit: 5 })).toEqual({ tickets: [], next: null });
	});

	it('find a text as it is by now', async () => {
		const knex = await open();
		await migrate(knex);
		await insertTickets(knex, RECORDS.slice(0, 1));
		const found = async (text: string): Promise<number> =>
			(await listTickets(knex, { text }, { limit: 5 })).tickets.length;
		expect([await found('langsam'), await found('erased')]).toEqual([1, 0]);
		await knex('ticket_logs').update({ title: '[erased]', description: '' });
		expect([await found('langsam'), await found('erased')]).toEqual([0, 1]);
		await knex('ticket_logs').delete();
		expect(await found('erased')).toBe(0);
	});
});
