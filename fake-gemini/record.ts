import type { IncomingHttpHeaders } from 'node:http';
import type { Fault } from './faults';

export interface FakeRequest {
	/** When its head arrived, in ms since 1970, to fractions of one. */
	at: number;
	method: string;
	/** Path and query. */
	path: string;
	headers: IncomingHttpHeaders;
	/** As it came; empty until it is there in full. */
	body: string;
	/** 0 where it asks for no classification, or is refused for what it is. */
	tickets: number;
	inputTokens: number;
	/** The one that struck. */
	fault: Fault | null;
	/** Null as long as, or if ever, nothing is answered. */
	status: number | null;
}

export interface Records {
	readonly requests: readonly FakeRequest[];
	readonly early: number;
	/** Notes a request, and whether it came too early. */
	arrive(request: FakeRequest, options: { limited: boolean }): void;
	/** Nothing should come until so many seconds from now. */
	askToWait(seconds: number): void;
}

const MOST_KEPT = 10_000;
/** In milliseconds. */
export const READING_MS = 200;

/** A client cannot heed what it has not read: for `readingMs` after a refusal its requests are still let pass. */
export function createRecords({ now = preciseNow, readingMs = READING_MS } = {}): Records {
	const requests: FakeRequest[] = [];
	let early = 0;
	let [refusedAt, waitUntil] = [-Infinity, -Infinity];
	return {
		requests,
		get early() {
			return early;
		},
		arrive(request, { limited }) {
			if (limited && request.at > refusedAt + readingMs && request.at < waitUntil) early += 1;
			if (requests.push(request) > MOST_KEPT) requests.shift();
		},
		askToWait(seconds) {
			refusedAt = now();
			waitUntil = Math.max(waitUntil, refusedAt + seconds * 1000);
		},
	};
}

/** Milliseconds since 1970 that no change of the clock disturbs. */
export function preciseNow(): number {
	return performance.timeOrigin + performance.now();
}
