import type { Classification } from '../classification';
import type { Decision } from '../decide';
import type { TriageError } from '../errors';
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
	/** Which delivery of the ticket this is, from 1: a person may have it delivered anew, elsewhere or here. */
	number: number;
	/** Where the ticket stood before a person moved it. */
	moved?: Moved;
	/** What that person said to the team. */
	note?: string | null;
}

export interface Moved {
	system: string;
	/** What the ticket is called there. */
	externalId: string | null;
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
	/** What an answer means whose status misleads; null where the status says it. */
	refusal?(response: HttpResponse): TriageError | null;
	/** How to ask whether a ticket is there already; missing where the system cannot be asked. */
	readonly search?: Search;
	/** True where a repetition of the very same request is recognised there and makes no second ticket. */
	readonly knowsRepeats?: boolean;
	/**
	 * A note on a ticket delivered before, for its team; missing where the system takes none, null where this mapping to it
	 * takes none. @throws TriageError misconfigured
	 */
	comment?(remark: Remark): HttpRequest | null;
	/** As much as the system takes of one caller, as far as it is known. */
	readonly pace: Pace;
}

/** Text to be put beside a delivered ticket; it may hold what people wrote. */
export interface Remark {
	/** References already resolved. */
	mapping: Mapping;
	receipt: Receipt;
	text: string;
}

export interface Pace {
	/** Requests at the same time. */
	atOnce: number;
	perMinute?: number;
}

/** Looks for a ticket by the key that its delivery left there. */
export interface Search {
	/** Seconds after which what was asked for is there and can be found, if it ever will be: a slow request may still be at work. */
	readonly lagSeconds: number;
	request(delivery: Delivery): HttpRequest;
	/** What was found in an answer below 300, or null. @throws TriageError unreadable */
	found(response: HttpResponse, delivery: Delivery): Receipt | null;
}
