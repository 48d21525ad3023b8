import type { Classification } from '../classification';
import type { Decision } from '../decide';
import type { HttpRequest, HttpResponse } from '../http';
import type { Mapping } from '../mapping';
import type { Ticket } from '../ticket';

/** All a connector may know of a ticket on its way out. */
export interface Delivery {
	ticketId: string;
	ticket: Ticket;
	classification: Classification | null;
	decision: Decision;
	/** References already resolved. */
	mapping: Mapping;
}

/** What the other side gave back. */
export interface Receipt {
	externalId: string | null;
	externalUrl: string | null;
}

/** One ticketing system: builds the request and reads the answer; the host sends. */
export interface Connector {
	readonly system: string;
	/** The request to send, or null where the delivery ends here. @throws TriageError misconfigured */
	request(delivery: Delivery): HttpRequest | null;
	/** Reads an answer below 400. @throws TriageError for a refusal in disguise */
	receipt(response: HttpResponse): Receipt;
	/** The system's own explanation in an answer of 400 and above; empty if it gives none. */
	explanation(response: HttpResponse): string;
}
