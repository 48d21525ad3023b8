import type { TicketRecord } from '../store/records';

type Listener = (record: TicketRecord) => void;

export type Settlements = ReturnType<typeof createSettlements>;

/** Wakes those who wait for a ticket, in process: nobody polls the database. */
export function createSettlements() {
	const listeners = new Map<string, Set<Listener>>();

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
		/** The settled ticket, or undefined when `waitMs` have passed. */
		wait(ticketId: string, waitMs: number): Promise<TicketRecord | undefined> {
			return new Promise((resolve) => {
				const listener = (record: TicketRecord): void => {
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
