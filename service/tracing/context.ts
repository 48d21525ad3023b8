import { AsyncLocalStorage } from 'node:async_hooks';
import { beginTrace, childOf, readTraceparent, writeTraceparent, type Trace } from './traceparent';

/** What the work at hand belongs to: every line of the log names it, and every request that leaves carries its trace. */
export interface Context {
	/** Of the request that brought the ticket, or is being answered; null where there was none. */
	requestId: string | null;
	trace: Trace;
	ticketId?: string;
	/** Where the work is for several at once. */
	ticketIds?: readonly string[];
}

/** What of a context is stored with a ticket. */
export interface Origin {
	request_id: string | null;
	/** The trace in which it came, as the header is written. */
	traceparent: string | null;
}

const storage = new AsyncLocalStorage<Context>();

export function currentContext(): Context | undefined {
	return storage.getStore();
}

/** All that `run` does, and what it starts, belongs to the context. */
export function within<T>(context: Context, run: () => T): T {
	return storage.run(context, run);
}

/** For what serves many and is started by whoever comes first: it belongs to nobody. */
export function outside<T>(run: () => T): T {
	return storage.exit(run);
}

/** A function that belongs to where it was made, whoever calls it. */
export function bound<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R {
	return AsyncLocalStorage.bind(run);
}

/** A step of its own in the trace of the work at hand. */
export function asChild<T>(run: () => T): T {
	const context = currentContext();
	return context ? within({ ...context, trace: childOf(context.trace) }, run) : run();
}

/** The context in which a ticket that is received now will be worked on. */
export function originHere(): Origin {
	const { requestId = null, trace = beginTrace() } = currentContext() ?? {};
	return { request_id: requestId, traceparent: writeTraceparent(trace) };
}

/** The context of a ticket's work, which may be in another process and on another day. */
export function contextOf({ ticket_id, request_id, traceparent }: Origin & { ticket_id: string }): Context {
	const came = readTraceparent(traceparent);
	return { requestId: request_id, trace: came ? childOf(came) : beginTrace(), ticketId: ticket_id };
}

/** Work for several at once: for one alone it is part of its trace, for more a trace of its own. */
export function contextOfAll(contexts: readonly (Context | undefined)[]): Context {
	const [first, ...others] = contexts;
	if (first && others.length === 0) return { ...first, trace: childOf(first.trace) };
	const ticketIds = contexts.flatMap((context) => context?.ticketId ?? []);
	return { requestId: null, trace: beginTrace(), ticketIds };
}

/** What each line of the log says of the work at hand. */
export function contextFields(): Record<string, unknown> {
	const context = currentContext();
	if (!context) return {};
	const { requestId, trace, ticketId, ticketIds } = context;
	return {
		...(ticketId !== undefined && { ticket_id: ticketId }),
		...(ticketIds && { ticket_ids: ticketIds }),
		...(requestId !== null && { request_id: requestId }),
		trace_id: trace.traceId,
		span_id: trace.spanId,
	};
}

/** The header of a request that leaves; none where the work at hand belongs to no trace. */
export function traceHeaders(): Record<string, string> {
	const context = currentContext();
	return context ? { traceparent: writeTraceparent(context.trace) } : {};
}
