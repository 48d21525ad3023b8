import type { JsonAnswer } from '../../helpers/service';
import type { Load } from './load';
import { SYSTEMS, type Scene, type System } from './scene';

/** What became of all tickets, in numbers. */
export interface Account {
	/** Stored; those whose client got no answer and did not repeat itself among them. */
	stored: number;
	acknowledged: number;
	settled: number;
	/** Tickets that their system holds once. Those in the inbox are in no other. */
	once: number;
	inbox: number;
	/** Held more than once where nobody can be asked, as the history says. */
	twiceAndSaidSo: number;
	/** Acknowledged, and not settled or not where it was said to be. */
	lost: number;
	/** In sentences, what must not be; the first few. */
	faults: string[];
}

interface Row {
	ticket_id: string;
	title: string;
	status: string;
	routed_to_system: System | 'inbox' | null;
}

interface Step {
	ticket_id: string;
	step: string;
	detail: string;
}

export async function accountOf({ ground, stands, receiver }: Scene, { sent }: Load): Promise<Account> {
	const rows = (await ground.knex('ticket_logs').select('ticket_id', 'title', 'status', 'routed_to_system')) as Row[];
	const steps = (await ground.knex('ticket_events').orderBy('id').select('ticket_id', 'step', 'detail')) as Step[];
	const history = groupBy(steps, ({ ticket_id }) => ticket_id);
	const times = new Map(SYSTEMS.map((system) => [system, stands[system].timesHeld()]));
	const told = groupBy(receiver.target.tickets, ({ body }) => String((body as { data: JsonAnswer }).data.ticket_id));
	const faults = [...keyFaults(rows, sent)];
	const places = rows.map((row) => {
		const held = SYSTEMS.map((system) => [system, times.get(system)?.get(row.ticket_id) ?? 0] as const);
		faults.push(...placeFaults(row, held, history.get(row.ticket_id) ?? []));
		const tellings = told.get(row.ticket_id)?.length ?? 0;
		if (tellings !== 1) faults.push(`${row.ticket_id} was told to the subscriber ${tellings} times`);
		return { row, count: held.reduce((sum, [, count]) => sum + count, 0) };
	});
	const isHome = ({ row, count }: (typeof places)[number]): boolean =>
		isSettled(row) && (row.routed_to_system === 'inbox' || count > 0);
	const home = new Set(places.filter(isHome).map(({ row }) => row.ticket_id));
	const acknowledged = [...sent.values()].flatMap(({ ids }) => [...ids]);
	return {
		stored: rows.length,
		acknowledged: acknowledged.length,
		settled: rows.filter(isSettled).length,
		once: places.filter(({ count }) => count === 1).length,
		inbox: rows.filter((row) => row.routed_to_system === 'inbox').length,
		twiceAndSaidSo: places.filter(({ count }) => count > 1).length,
		lost: acknowledged.filter((id) => !home.has(id)).length,
		faults: faults.slice(0, 20),
	};
}

function isSettled({ status }: Row): boolean {
	return status === 'routed' || status === 'needs_review';
}

/** What was sent under a key is stored once, all else once at most. */
function keyFaults(rows: Row[], sent: Load['sent']): string[] {
	const stored = groupBy(rows, ({ title }) => title);
	return [...sent].flatMap(([title, { keyed, ids }]) => {
		const found = (stored.get(title) ?? []).map(({ ticket_id }) => ticket_id);
		const isRight = found.length <= 1 && (found.length === 1 || (!keyed && ids.size === 0));
		return isRight && [...ids].every((id) => found.includes(id)) ? [] : [`"${title}" is stored as ${found.join()}`];
	});
}

function placeFaults(row: Row, held: (readonly [System, number])[], history: Step[]): string[] {
	const { ticket_id: id, routed_to_system: system } = row;
	const count = (name: string): number => history.filter(({ step }) => step === name).length;
	const again = history.filter(({ step, detail }) => step === 'sent_again' && detail.includes('"may_be_double":true'));
	const most = system === 'slack' ? 1 + again.length : 1;
	const isRight = held.every(([name, times]) => (name === system ? times >= 1 && times <= most : times === 0));
	return [
		...(isSettled(row) ? [] : [`${id} is ${row.status}`]),
		...(isRight ? [] : [`${id} is ${system}'s and held by ${JSON.stringify(held)}`]),
		...(history[0]?.step === 'received' && count('received') === 1 ? [] : [`${id} was received other than once`]),
		...(count('routed') === 1 ? [] : [`${id} was settled ${count('routed')} times`]),
	];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
	return groups;
}
