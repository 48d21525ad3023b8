import type { TicketRecord } from '../store/records';

type Listener = (record?: TicketRecord) => void;

export type Settlements = ReturnType<typeof createSettlements>;

/** Wakes those who wait for a ticket, in process: nobody polls the database. */
export function createSettlements() {
	const listeners = new Map<string, Set<Listener>>();
	let ended = false;

	function forget(ticketId: string, listener: Listener): void {
		const others = listeners.get(ticketId);
		others?.delete(listener);
		if (others?.size === 0) listeners.delete(ticketId);
	}

	return {
		announce(record: TicketRecord): void {
			const waiting = listeners.get(record.ticket_id) ?? new Set();
			listeners.delete(record.ticket_id);
			waiting.forEach((listener) => listener(record));
		},
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
			});
		},
	};
}
