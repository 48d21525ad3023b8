export const ERROR_CODES = [
	...(['invalid_ticket', 'misconfigured', 'auth', 'not_found'] as const),
	...(['rejected', 'rate_limited', 'unavailable', 'unreadable'] as const),
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorDetails {
	/** Whether the very same request may succeed later. */
	retryable?: boolean;
	/** HTTP status of the answer that led here, if there was one. */
	status?: number;
	/** Whether the request may have had its effect all the same: nobody knows until the other side is asked. */
	inDoubt?: boolean;
	/** Seconds to wait before trying again, as the other side asked. */
	retryAfter?: number;
	cause?: unknown;
}

/**
 * The only error the core throws on purpose; anything else is a bug. Messages say what happened and what to do,
 * and hold neither ticket text nor secrets.
 */
export class TriageError extends Error {
	override readonly name = 'TriageError';
	readonly code: ErrorCode;
	readonly retryable: boolean;
	readonly status?: number;
	readonly retryAfter?: number;
	readonly inDoubt: boolean;

	constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
		super(message, details.cause === undefined ? undefined : { cause: details.cause });
		this.code = code;
		this.retryable = details.retryable ?? false;
		this.status = details.status;
		this.retryAfter = details.retryAfter;
		this.inDoubt = details.inDoubt ?? false;
	}
}
