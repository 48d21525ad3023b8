import type { Knex } from 'knex';
import { listEvents } from '../../../service/store/events';
import { listMappings } from '../../../service/store/mappings';
import { findTicket } from '../../../service/store/tickets';

/** Rows as PostgreSQL gives them where a taken-over column has its own JSON type: parsed already. */
function knexOf(row: Record<string, unknown>): Knex {
	const query = {
		where: () => query,
		orderBy: () => Promise.resolve([row]),
		first: () => Promise.resolve(row),
	};
	return (() => query) as unknown as Knex;
}

it('takes JSON columns that arrive as objects', async () => {
	const [mapping] = await listMappings(knexOf({ api_headers: { A: 'b' }, settings: { project_key: 'OPS' } }));
	expect(mapping).toMatchObject({ headers: { A: 'b' }, settings: { project_key: 'OPS' } });
	const ticket = await findTicket(knexOf({ ticket_metadata: { k: 1 }, classification: { department: 'IT' } }), 'x');
	expect(ticket).toMatchObject({ ticket_metadata: { k: 1 }, classification: { department: 'IT' } });
	const [event] = await listEvents(knexOf({ detail: { reason: 'y' } }), 'x');
	expect(event.detail).toEqual({ reason: 'y' });
});

it('takes nothing for nothing', async () => {
	const [mapping] = await listMappings(knexOf({ api_headers: null, settings: '[]' }));
	expect(mapping).toMatchObject({ headers: {}, settings: {} });
	const ticket = await findTicket(
		knexOf({ ticket_metadata: null, classification: null, confidence_score: 'high' }),
		'x',
	);
	expect(ticket).toMatchObject({ ticket_metadata: {}, classification: null, confidence_score: null });
});
