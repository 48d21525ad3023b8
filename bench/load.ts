import autocannon from 'autocannon';

/** About 400 characters. */
export const TICKET = {
	title: 'VPN drops every ten minutes',
	description: 'Since this morning the VPN client on my laptop disconnects and asks for my password again. '.repeat(4),
	email: 'ana@example.com',
};

export interface Load {
	/** Base of the service. */
	url: string;
	/** Tickets a request. */
	batch?: number;
	connections: number;
	/** For so long, or so many requests. */
	until: { seconds: number } | { requests: number };
}

/** Sends tickets, as many requests at once as connections, and waits for each to be answered. */
export async function sendTickets({ url, batch, connections, until }: Load): Promise<autocannon.Result> {
	const body = JSON.stringify(batch === undefined ? TICKET : { tickets: Array<typeof TICKET>(batch).fill(TICKET) });
	return await autocannon({
		url: `${url}/webhook/ticket${batch === undefined ? '' : 's'}`,
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body,
		connections,
		timeout: 60,
		...('seconds' in until ? { duration: until.seconds } : { amount: until.requests }),
	});
}

/** What to say of requests that were not answered as they should be; nothing where all were. */
export function failures({ non2xx, errors }: Pick<autocannon.Result, 'non2xx' | 'errors'>): string {
	return non2xx + errors > 0 ? `, FAILED ${non2xx + errors}` : '';
}
