import { findConnector } from '../../core/connectors';
import type { Delivery, Receipt, Remark } from '../../core/connectors/connector';
import { TriageError } from '../../core/errors';
import type { Send } from '../../core/http';
import type { Mapping } from '../../core/mapping';
import { comment, findDelivered, route } from '../../core/route';
import { priorityRank, type Priority, type Ticket } from '../../core/ticket';
import type { Logger } from '../logger';
import type { Metrics } from '../metrics';
import { systemLabel } from '../metrics/labels';
import type { Held, Targets } from '../targets/targets';
import { logCall, outcomeOf } from '../tracing/call-log';
import { asChild, bound } from '../tracing/context';
import { asSent, redact } from './redact';
import { resolveMapping } from './references';
import { targetOf } from './target';

export interface CallDeps {
	send: Send;
	/** Values of `${NAME}` in mappings. */
	lookup: (name: string) => string | undefined;
	targets: Targets;
	metrics: Metrics;
	now: () => number;
	log: Logger;
}

/** Whose ticket is spoken of, by which mapping, and who waits for room there. */
export interface Errand {
	/** As stored: references are resolved for each call. */
	mapping: Mapping;
	ticket: Ticket;
	priority: Priority;
	slot: { leave(): void; enter(): void };
}

type Answer<T> = { value: T } | { held: Held };

/** Delivers; `before` runs when the target has room, right before the request. @throws TriageError without secrets or ticket text */
export function callRoute(
	delivery: Delivery,
	errand: Errand,
	before: () => Promise<void>,
	deps: CallDeps,
): Promise<Answer<Receipt>> {
	return call(errand, deps, async (mapping, send) => {
		await before();
		return route({ ...delivery, mapping }, send, deps.now);
	});
}

/** Asks for a delivery made before. @throws TriageError without secrets or ticket text */
export function callFind(delivery: Delivery, errand: Errand, deps: CallDeps): Promise<Answer<Receipt | null>> {
	return call(errand, deps, (mapping, send) => findDelivered({ ...delivery, mapping }, send, deps.now));
}

/** Resolves with false where the system takes no notes. @throws TriageError without secrets or ticket text */
export function callComment(remark: Remark, errand: Errand, deps: CallDeps): Promise<Answer<boolean>> {
	if (!findConnector(remark.mapping.system).comment) return Promise.resolve({ value: false });
	return call(errand, deps, (mapping, send) => comment({ ...remark, mapping }, send, deps.now));
}

type Run<T> = (mapping: Mapping, send: Send) => Promise<T>;

async function call<T>(errand: Errand, deps: CallDeps, run: Run<T>): Promise<Answer<T>> {
	const { mapping, ticket, priority, slot } = errand;
	const { resolved, secrets } = resolveMapping(mapping, deps.lookup);
	let sent = resolved;
	const send: Send = (request) => {
		sent = asSent(resolved, request);
		return deps.send(request);
	};
	// Only who has to wait leaves the slot: there may be room at once.
	const waiting = setImmediate(() => slot.leave());
	const begun = (): void => {
		clearImmediate(waiting);
		slot.enter();
	};
	try {
		// Others may be who starts it.
		const start = bound(async () => {
			begun();
			return asChild(() => counted(mapping.system, (counting) => run(resolved, counting), { ...deps, send }));
		});
		return await deps.targets.run(targetOf(mapping), priorityRank(priority), start);
	} catch (error) {
		throw error instanceof TriageError ? withoutSecrets(error, { mapping: sent, secrets, ticket }) : error;
	} finally {
		begun();
	}
}

/** Counts how it ended, and logs the request where one left. */
async function counted<T>(name: string, run: (send: Send) => Promise<T>, deps: CallDeps): Promise<T> {
	const system = systemLabel(name);
	let sent: { at: number; status?: number } | null = null;
	const send: Send = async (request) => {
		sent = { at: deps.now() };
		const response = await deps.send(request);
		sent.status = response.status;
		return response;
	};
	const ended = (call: ReturnType<typeof outcomeOf>): void => {
		deps.metrics.externalCalls.inc({ system, outcome: call.outcome });
		if (sent) logCall(deps.log, { system, status: sent.status, ...call, ms: deps.now() - sent.at });
	};
	try {
		const value = await run(send);
		ended({ outcome: 'success' });
		return value;
	} catch (error) {
		ended(outcomeOf(error));
		throw error;
	}
}

/** The other side's explanation is kept with the ticket, and may repeat what it was sent. */
function withoutSecrets(error: TriageError, sent: Parameters<typeof redact>[1]): TriageError {
	const { code, retryable, status, retryAfter, inDoubt } = error;
	return new TriageError(code, redact(error.message, sent), { retryable, status, retryAfter, inDoubt });
}
