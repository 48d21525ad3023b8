import { randomBytes } from 'node:crypto';

/** A place in a trace, as W3C Trace Context (https://www.w3.org/TR/trace-context/) writes it. */
export interface Trace {
	/** 32 lower-case hex digits, not all zero. */
	traceId: string;
	/** 16 lower-case hex digits, not all zero: who speaks. */
	spanId: string;
	/** Whether whoever began the trace records it. */
	sampled: boolean;
}

const PARTS = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/u;
const SAMPLED = 1;

/** What a `traceparent` header says; null where it is not well-formed. Of later versions what the first one has is read. */
export function readTraceparent(header: string | undefined | null): Trace | null {
	const [, version, traceId, spanId, flags, rest] = PARTS.exec(header ?? '') ?? [];
	if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return null;
	if (/^0+$/u.test(traceId) || /^0+$/u.test(spanId)) return null;
	return { traceId, spanId, sampled: (parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** The header for what is sent from here, 55 characters. */
export function writeTraceparent({ traceId, spanId, sampled }: Trace): string {
	return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** A trace of its own. It counts as recorded: the log names it. */
export function beginTrace(): Trace {
	return { traceId: randomHex(16), spanId: randomHex(8), sampled: true };
}

/** The next step of the same trace. */
export function childOf({ traceId, sampled }: Trace): Trace {
	return { traceId, spanId: randomHex(8), sampled };
}

function randomHex(bytes: number): string {
	const hex = randomBytes(bytes).toString('hex');
	return /^0+$/u.test(hex) ? randomHex(bytes) : hex;
}
