import { ask, type World } from './soak-world';

interface Shown {
	ticket_id: string;
	status: string;
	routed_to_system: string | null;
}

export interface Outcome {
	settled: number;
	failed: number;
	/** In doubt whether they arrived: they wait until the system's search is sure to show them, which takes minutes. */
	postponed: number;
	/** Acknowledged, and not there, not settled, or not where the service says they are. */
	lost: string[];
	/** In one system twice, though the history says nothing of doubt. */
	double: string[];
	/** In one system twice, as the history says may be. */
	doubtful: number;
}

const PAGE = 200;

const ROUNDS = 3;

/** In calm weather: what failed is tried again, until nothing is left to do or that took too long. */
export async function untilSettled({ url }: World, mostMs: number): Promise<void> {
	const ends = performance.now() + mostMs;
	for (let round = 0; round < ROUNDS; round += 1) {
		while ((await waiting(url)) > 0) {
			if (performance.now() > ends) return;
			await new Promise((resolve) => setTimeout(resolve, 250));
		}
		const { retried } = (await ask(url, 'POST', '/tickets/retry', { limit: 10_000 })) as { retried: number };
		if (retried === 0) return;
	}
}

async function waiting(url: string): Promise<number> {
	const text = String(await ask(url, 'GET', '/metrics'));
	return [...text.matchAll(/^queue_jobs\{state="(?!dead)\w+"\} (\S+)/gm)].reduce(
		(sum, [, value]) => sum + Number(value),
		0,
	);
}

/** Every ticket that was acknowledged, as the service shows it and as the systems hold it. */
export async function lookFor(acknowledged: ReadonlySet<string>, world: World): Promise<Outcome> {
	const shown = await readAll(world.url);
	const outcome: Outcome = { settled: 0, failed: 0, postponed: 0, lost: [], double: [], doubtful: 0 };
	const held = countHeld(world);
	for (const id of acknowledged) {
		const ticket = shown.get(id);
		if (ticket?.status === 'classified' && (await lastStep(world.url, id)) === 'postponed') outcome.postponed += 1;
		else if (!ticket || ticket.status === 'received' || ticket.status === 'classified') outcome.lost.push(id);
		else if (ticket.status === 'failed') outcome.failed += 1;
		else outcome.settled += 1;
		const system = String(ticket?.routed_to_system);
		if (ticket?.status === 'routed' && !holds(held, system, id)) outcome.lost.push(`${id} is not in ${system}`);
	}
	for (const [name, times] of held) {
		if (times < 2) continue;
		const [system, id] = name.split(' ');
		if (await saysDoubt(world.url, id.replace(AGAIN, ''))) outcome.doubtful += 1;
		else outcome.double.push(`${id} is ${times} times in ${system}`);
	}
	return outcome;
}

async function readAll(url: string): Promise<Map<string, Shown>> {
	const all = new Map<string, Shown>();
	for (let cursor: string | null = ''; cursor !== null;) {
		const path: string = `/tickets?limit=${PAGE}${cursor === '' ? '' : `&cursor=${cursor}`}`;
		const page = (await ask(url, 'GET', path)) as { tickets: Shown[]; next_cursor: string | null };
		page.tickets.forEach((ticket) => all.set(ticket.ticket_id, ticket));
		cursor = page.next_cursor;
	}
	return all;
}

/** What a corrected ticket's id ends with in the system that it went to then. */
const AGAIN = /-\d+$/u;

function holds(held: Map<string, number>, system: string, id: string): boolean {
	return held.has(`${system} ${id}`) || [...held.keys()].some((name) => name.startsWith(`${system} ${id}-`));
}

/** By system and ticket, which are written with a space between. */
function countHeld({ targets }: World): Map<string, number> {
	const held = new Map<string, number>();
	for (const { target } of targets) {
		for (const { ticketId } of target.tickets) {
			const name = `${target.system} ${ticketId}`;
			held.set(name, (held.get(name) ?? 0) + 1);
		}
	}
	return held;
}

async function saysDoubt(url: string, id: string): Promise<boolean> {
	return JSON.stringify(await historyOf(url, id)).includes('"may_be_double":true');
}

async function lastStep(url: string, id: string): Promise<string | undefined> {
	return (await historyOf(url, id)).at(-1)?.step;
}

async function historyOf(url: string, id: string): Promise<{ step: string }[]> {
	return ((await ask(url, 'GET', `/webhook/ticket/${id}?expand=history`)) as { history: { step: string }[] }).history;
}
