import type { Knex } from 'knex';
import { openDatabase } from '../../../service/database';
import { correctionsAfter, readCorrections, type CorrectedTicket } from '../../../service/store/corrections';
import { storeCorrected, type Corrected } from '../../helpers/corrected';

let knex: Knex;
beforeEach(() => (knex = openDatabase({ client: 'sqlite3', connection: ':memory:' })));
afterEach(() => knex.destroy());

async function read(pageSize?: number): Promise<CorrectedTicket[]> {
	const found: CorrectedTicket[] = [];
	for await (const corrected of readCorrections(knex, pageSize)) found.push(corrected);
	return found;
}
const idsOf = (found: CorrectedTicket[]): string[] => found.map(({ ticketId }) => ticketId);

it('reads what came and what was decided, and nothing else', async () => {
	await storeCorrected(knex, [{ department: 'HR', title: 'One', description: 'Two' }, { department: null }]);
	expect(await read()).toEqual([{ ticketId: 'TKT-0', title: 'One', description: 'Two', department: 'HR' }]);
});

test.each([1, 2, 3, 6, 7, 100])('%i a page: each once, by the time of the correction', async (pageSize) => {
	const at = '2026-01-01T00:00:00.000Z';
	const rows: Corrected[] = [
		...[{ department: 'IT' }, { department: null }, { department: 'IT', at }, { department: 'IT', at }],
		...[{ department: 'IT', at }, { department: 'IT', at: '2025-01-01T00:00:00.000Z' }, { department: 'HR' }],
	];
	await storeCorrected(knex, rows);
	expect(idsOf(await read(pageSize))).toEqual(['TKT-5', 'TKT-2', 'TKT-3', 'TKT-4', 'TKT-0', 'TKT-6']);
});

it('a ticket that is corrected anew meanwhile comes once more, as it is then', async () => {
	await storeCorrected(knex, [{ department: 'IT' }, { department: 'HR' }]);
	const found: CorrectedTicket[] = [];
	for await (const corrected of readCorrections(knex, 1)) {
		if (found.length === 0) {
			const anew = { corrected_department: 'Legal', corrected_at: '2027-01-01T00:00:00.000Z' };
			await knex('ticket_logs').where({ ticket_id: 'TKT-0' }).update(anew);
		}
		found.push(corrected);
	}
	expect(found.map(({ ticketId, department }) => [ticketId, department])).toEqual([
		...[
			['TKT-0', 'IT'],
			['TKT-1', 'HR'],
			['TKT-0', 'Legal'],
		],
	]);
});

test.each([
	['the first page', undefined],
	['a later one', { corrected_at: '2026-11-22T12:00:01.000Z', id: 2 }],
])('%s comes out of the index of corrections in order', async (_, last) => {
	await storeCorrected(knex, [{ department: 'IT' }]);
	const { sql, bindings } = correctionsAfter(knex, last).limit(500).toSQL().toNative();
	const plan = (await knex.raw(`EXPLAIN QUERY PLAN ${sql}`, bindings as string[])) as { detail: string }[];
	expect(plan.map(({ detail }) => detail)).toEqual([expect.stringMatching(/ USING INDEX ticket_logs_corrected\b/)]);
});
