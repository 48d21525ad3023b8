import { setTimeout as sleep } from 'node:timers/promises';
import { clearTicket } from '../../../bench/storm-tickets';
import { callTo } from '../../helpers/service';

/** A ticket that clients sent. */
export interface Sent {
	/** Under an Idempotency-Key, again and again until it was acknowledged. */
	keyed: boolean;
	/** What answers called it: more than one name would be more than one ticket. */
	ids: Set<string>;
}

export interface Load {
	/** By title, which no two have alike. */
	sent: Map<string, Sent>;
	/** How many requests were answered. */
	answers(): number;
	/** Begins nothing more; resolves when each client has its last answer. */
	stop(): Promise<void>;
}

export interface LoadOptions {
	/** Of who is there. */
	urlOf: () => string;
	random: () => number;
	/** Clients that got so many between them begin nothing until it is more. */
	mostAnswers: () => number;
}

const CLIENTS = 8;
const MOST_AT_ONCE = 4;
const LONGEST_PAUSE_MS = 400;
/** IT, HR, Finance and what goes to the inbox. */
const DEPARTMENTS = 4;

/** Clients that send tickets one by one and several at once, with a key and without, to whoever is there. */
export function startLoad({ urlOf, random, mostAnswers }: LoadOptions): Load {
	const sent: Load['sent'] = new Map();
	let made = 0;
	let answers = 0;
	let stopped = false;
	const newTicket = (): Record<string, string> => clearTicket(Math.floor(random() * DEPARTMENTS) + 6 * (made += 1));

	async function client(): Promise<void> {
		while (!stopped) {
			if (answers >= mostAnswers()) {
				await sleep(20);
				continue;
			}
			const isBatch = random() < 0.5;
			const keyed = random() < 0.6;
			const tickets = Array.from({ length: isBatch ? 1 + Math.floor(random() * MOST_AT_ONCE) : 1 }, newTicket);
			for (const { title } of tickets) sent.set(title, { keyed, ids: new Set() });
			let missing = await request(tickets, { isBatch, keyed });
			while (keyed && missing > 0) {
				await sleep(50);
				missing = await request(tickets, { isBatch, keyed });
			}
			await sleep(LONGEST_PAUSE_MS * random());
		}
	}

	/** Resolves with how many tickets are not acknowledged. */
	async function request(tickets: Record<string, string>[], { isBatch, keyed }: { isBatch: boolean; keyed: boolean }) {
		const headers = { prefer: 'respond-async', ...(keyed && { 'Idempotency-Key': tickets[0].title }) };
		const [path, body] = isBatch ? ['/webhook/tickets', { tickets }] : ['/webhook/ticket', tickets[0]];
		const answer = await callTo(urlOf())('POST', path, { body, headers }).catch(() => null);
		if (answer === null || answer.status >= 300) return tickets.length;
		answers += 1;
		const results = (isBatch ? answer.json.results : [answer.json]) as { ticket_id?: string; title?: string }[];
		const known = results.filter(({ ticket_id }) => ticket_id !== undefined);
		for (const { ticket_id, title } of known) sent.get(String(title))?.ids.add(String(ticket_id));
		return tickets.length - known.length;
	}

	const clients = Array.from({ length: CLIENTS }, client);
	return {
		sent,
		answers: () => answers,
		async stop() {
			stopped = true;
			await Promise.all(clients);
		},
	};
}
