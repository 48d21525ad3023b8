import type { FakeTarget, HeldTicket } from '../../fake-targets/target';

/** A system that takes whatever it is sent, and answers with its number. */
export function createEcho(): FakeTarget {
	const tickets: HeldTicket[] = [];
	return {
		system: 'echo',
		tickets,
		answer({ method, body }) {
			if (method === 'GET') return { status: 200, headers: { 'x-kind': 'search' }, body: { found: tickets.length } };
			if (body === 'mistake') throw new Error('the stand-in is wrong');
			if (body === 'text') return { status: 200, body: 'ok' };
			if (body === 'nothing') return { status: 202, body: '' };
			const id = String(tickets.length + 1);
			tickets.push({ id, ticketId: `TKT-${id}`, body, comments: [] });
			return { status: 201, body: { id } };
		},
	};
}
