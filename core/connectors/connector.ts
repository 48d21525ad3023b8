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
	/** Everything that is wrong with a mapping to it, a sentence each; `${NAME}` counts as a value. */
	problems(mapping: Mapping): string[];
	/** The request to send, or null where the delivery ends here. @throws TriageError misconfigured */
	request(delivery: Delivery): HttpRequest | null;
	/** Reads an answer below 300. @throws TriageError for a refusal in disguise */
	receipt(response: HttpResponse, delivery: Delivery): Receipt;
	/** The system's own explanation in an answer of 300 and above; empty if it gives none. */
	explanation(response: HttpResponse): string;
	/** How to ask whether a ticket is there already; missing where the system cannot be asked. */
	readonly search?: Search;
}

/** Looks for a ticket by the id that its delivery left there. */
export interface Search {
	request(delivery: Delivery): HttpRequest;
	/** What was found in an answer below 300, or null. @throws TriageError unreadable */
	found(response: HttpResponse, delivery: Delivery): Receipt | null;
}
