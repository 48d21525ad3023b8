import type { TicketRecord } from '../store/records';

type Listener = (record?: TicketRecord) => void;

export type Settlements = ReturnType<typeof createSettlements>;

export interface Looking {
	/** Those of the tickets that are settled by now. */
	look: (ticketIds: string[]) => Promise<TicketRecord[]>;
	/** How often, in milliseconds, as long as somebody waits. */
	everyMs: number;
}

/**
 * Wakes those who wait for a ticket. What this process settles it announces itself; what another one settles, or what was
 * settled before the waiting began, is found by one query for all tickets that are waited for.
 */
export function createSettlements(looking: Looking) {
	const listeners = new Map<string, Set<Listener>>();
	let ended = false;

	function forget(ticketId: string, listener: Listener): void {
		const others = listeners.get(ticketId);
		others?.delete(listener);
		if (others?.size === 0) listeners.delete(ticketId);
	}

	function announce(record: TicketRecord): void {
		const waiting = listeners.get(record.ticket_id) ?? new Set();
		listeners.delete(record.ticket_id);
		waiting.forEach((listener) => listener(record));
	}

	const look = createLook(looking, { listeners, announce });

	return {
		announce,
		/** From now on nobody waits: all of them go without. */
		end(): void {
			ended = true;
			const waiting = [...listeners.values()].flatMap((some) => [...some]);
			listeners.clear();
			waiting.forEach((listener) => listener());
		},
		/** The settled ticket, or undefined when `waitMs` have passed or the waiting was ended. */
		wait(ticketId: string, waitMs: number): Promise<TicketRecord | undefined> {
			if (ended) return Promise.resolve(undefined);
			return new Promise((resolve) => {
				const listener: Listener = (record) => {
					clearTimeout(timer);
					resolve(record);
				};
				const timer = setTimeout(() => {
					forget(ticketId, listener);
					resolve(undefined);
				}, waitMs);
				listeners.set(ticketId, (listeners.get(ticketId) ?? new Set()).add(listener));
				look();
			});
		},
	};
}

interface Heard {
	listeners: ReadonlyMap<string, unknown>;
	announce: (record: TicketRecord) => void;
}

/** Looks from time to time as long as somebody waits; nobody's waiting keeps the process. */
function createLook({ look, everyMs }: Looking, { listeners, announce }: Heard): () => void {
	let timer: NodeJS.Timeout | undefined;
	return function lookLater(): void {
		timer ??= setTimeout(() => {
			void look([...listeners.keys()])
				.then((settled) => settled.forEach(announce))
				// A database that does not answer now is asked again.
				.catch(() => undefined)
				.finally(() => {
					timer = undefined;
					if (listeners.size > 0) lookLater();
				});
		}, everyMs).unref();
	};
}
