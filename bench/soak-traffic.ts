import { createRandom } from '../corpus/random';
import { pick, someoneGone, type Answered, type Call, type Caller } from './soak-callers';
import { KEY } from './soak-world';
import { clearTicket } from './storm-tickets';

/** What callers met, while they go on. */
export interface Traffic {
	/** Milliseconds of each answer, by the kind of the request. */
	readonly times: Map<string, number[]>;
	/** How many answers of each kind had each status. */
	readonly statuses: Map<string, number>;
	/** Tickets that the service said it has. */
	readonly acknowledged: Set<string>;
	/** What should not have been answered as it was. */
	readonly wrong: string[];
	/** Ends with the requests that are under way. */
	stop(): Promise<void>;
}

type Seen = Omit<Traffic, 'stop'>;

/** How many tickets callers remember. */
const RECENT = 500;

/** Callers that send one request after the other until they are stopped. */
export function startTraffic(url: string, { clients, seed }: { clients: number; seed: number }): Traffic {
	const traffic: Seen = { times: new Map(), statuses: new Map(), acknowledged: new Set(), wrong: [] };
	const recent: string[] = [];
	let [going, made] = [true, 0];
	const run = async (random: () => number): Promise<void> => {
		const caller: Caller = {
			...{ random, url, wrong: traffic.wrong },
			call: (request) => send(url, request, { traffic, recent }),
			known: () => recent[Math.floor(random() * recent.length)] ?? 'TKT-NONE',
			ticket: () => ({ ...clearTicket((made += 1)), email: random() < 0.1 ? someoneGone(random) : 'ana@example.com' }),
		};
		while (going) {
			await pick(random())(caller).catch((error: unknown) => {
				traffic.wrong.push(`no answer: ${String((error as { cause?: unknown }).cause ?? error)}`);
			});
		}
	};
	const running = Array.from({ length: clients }, (_, i) => run(createRandom(seed * 1000 + i)));
	return {
		...traffic,
		async stop() {
			going = false;
			await Promise.all(running);
		},
	};
}

async function send(
	url: string,
	request: Call,
	{ traffic, recent }: { traffic: Seen; recent: string[] },
): Promise<Answered> {
	const { kind, method = 'POST', path } = request;
	const started = performance.now();
	const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...request.headers };
	const body = request.body === undefined ? undefined : JSON.stringify(request.body);
	const response = await fetch(url + path, { method, headers, body });
	const text = await response.text();
	const { status, ok } = response;
	note(traffic, kind, { status, ms: performance.now() - started, text: `${path}: ${text.slice(0, 200)}` });
	const json = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>;
	for (const id of method === 'POST' && ok ? idsIn(json) : []) {
		traffic.acknowledged.add(id);
		recent[traffic.acknowledged.size % RECENT] = id;
	}
	return { status, json };
}

function note(traffic: Seen, kind: string, answer: { status: number; ms: number; text: string }): void {
	const times = traffic.times.get(kind) ?? [];
	times.push(answer.ms);
	traffic.times.set(kind, times);
	const name = `${kind} ${answer.status}`;
	traffic.statuses.set(name, (traffic.statuses.get(name) ?? 0) + 1);
	if (answer.status >= 500 || answer.status === 400 || answer.status === 422)
		traffic.wrong.push(`${answer.status} of ${answer.text}`);
}

function idsIn(json: Record<string, unknown>): string[] {
	const tickets = Array.isArray(json.results) ? (json.results as Record<string, unknown>[]) : [json];
	return tickets.flatMap(({ ticket_id: id }) => (typeof id === 'string' ? [id] : []));
}
