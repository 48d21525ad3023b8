/** A request as it arrived. */
export interface TargetRequest {
	method: string;
	/** Without the query. */
	path: string;
	query: URLSearchParams;
	/** Names in lower case. */
	headers: Record<string, string>;
	body: string;
}

export interface TargetAnswer {
	status: number;
	headers?: Record<string, string>;
	/** Text is sent as it is, anything else as JSON. */
	body: unknown;
}

/** A ticket, message or request that the system holds. */
export interface HeldTicket {
	/** What the system calls it. */
	id: string;
	/** The triage service's id, TKT-…, found in what was sent; empty where there is none. */
	ticketId: string;
	/** What was sent, parsed. */
	body: unknown;
	comments: string[];
}

/** A stand-in for a ticketing system: it refuses what the real one refuses, in the real one's words. */
export interface FakeTarget {
	readonly system: string;
	readonly tickets: readonly HeldTicket[];
	answer(request: TargetRequest): TargetAnswer;
}
