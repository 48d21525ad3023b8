import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { presentTicket } from '../http/present';
import { insertDeliveries, type NewDelivery } from '../store/event-deliveries';
import type { TicketEvent, TicketRecord } from '../store/records';
import { listListeners } from '../store/subscriptions';
import { eventTypeOf, type EventType } from './event-types';

interface Happened {
	type: EventType;
	ticketId: string;
	eventId: string;
	body: string;
	at: number;
}

/** What happened to tickets, for everybody who wants to know, in the transaction in which it did. */
export async function publishEvents(
	trx: Knex,
	steps: readonly { record: TicketRecord; events: readonly TicketEvent[] }[],
): Promise<void> {
	const happened = steps.flatMap(({ record, events }) => events.flatMap((event) => happenedIn(record, event)));
	if (happened.length === 0) return;
	const listeners = await listListeners(trx);
	const deliveries = happened.flatMap(({ type, ...event }) =>
		listeners.filter(({ events }) => events.includes(type)).map(({ id }): NewDelivery => ({ ...event, listener: id })),
	);
	await insertDeliveries(trx, deliveries);
}

function happenedIn(record: TicketRecord, { step, created_at }: TicketEvent): Happened[] {
	const type = eventTypeOf(step, record.status);
	if (type === null) return [];
	return [
		{
			type,
			ticketId: record.ticket_id,
			eventId: `evt_${randomBytes(12).toString('hex')}`,
			body: eventBody(`ticket.${type}`, created_at, presentTicket(record)),
			at: Date.parse(created_at),
		},
	];
}

/** What a receiver gets; `at` is ISO 8601. */
export function eventBody(type: string, at: string, ticket: ReturnType<typeof presentTicket>): string {
	return JSON.stringify({ type, timestamp: at, data: ticket });
}
