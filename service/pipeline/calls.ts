import { findConnector } from '../../core/connectors';
import type { Delivery, Receipt, Remark } from '../../core/connectors/connector';
import { TriageError } from '../../core/errors';
import type { Send } from '../../core/http';
import type { Mapping } from '../../core/mapping';
import { comment, findDelivered, route } from '../../core/route';
import { priorityRank, type Priority, type Ticket } from '../../core/ticket';
import { systemLabel, type Metrics } from '../metrics';
import type { Held, Targets } from '../targets/targets';
import { redact } from './redact';
import { resolveMapping } from './references';
import { targetOf } from './target';

export interface CallDeps {
	send: Send;
	/** Values of `${NAME}` in mappings. */
	lookup: (name: string) => string | undefined;
	targets: Targets;
	metrics: Metrics;
	now: () => number;
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
	return call(errand, deps, async (mapping) => {
		await before();
		return route({ ...delivery, mapping }, deps.send, deps.now);
	});
}

/** Asks for a delivery made before. @throws TriageError without secrets or ticket text */
export function callFind(delivery: Delivery, errand: Errand, deps: CallDeps): Promise<Answer<Receipt | null>> {
	return call(errand, deps, (mapping) => findDelivered({ ...delivery, mapping }, deps.send, deps.now));
}

/** Resolves with false where the system takes no notes. @throws TriageError without secrets or ticket text */
export function callComment(remark: Remark, errand: Errand, deps: CallDeps): Promise<Answer<boolean>> {
	if (!findConnector(remark.mapping.system).comment) return Promise.resolve({ value: false });
	return call(errand, deps, (mapping) => comment({ ...remark, mapping }, deps.send, deps.now));
}

async function call<T>(errand: Errand, deps: CallDeps, run: (mapping: Mapping) => Promise<T>): Promise<Answer<T>> {
	const { mapping, ticket, priority, slot } = errand;
	const { resolved, secrets } = resolveMapping(mapping, deps.lookup);
	const counted = (outcome: string): void =>
		deps.metrics.externalCalls.inc({ system: systemLabel(mapping.system), outcome });
	// Only who has to wait leaves the slot: there may be room at once.
	const waiting = setImmediate(() => slot.leave());
	const begun = (): void => {
		clearImmediate(waiting);
		slot.enter();
	};
	try {
		return await deps.targets.run(targetOf(mapping), priorityRank(priority), async () => {
			begun();
			try {
				const value = await run(resolved);
				counted('success');
				return value;
			} catch (error) {
				counted(error instanceof TriageError ? error.code : 'bug');
				throw error;
			}
		});
	} catch (error) {
		throw error instanceof TriageError ? withoutSecrets(error, { mapping: resolved, secrets, ticket }) : error;
	} finally {
		begun();
	}
}

/** The other side's explanation is kept with the ticket, and may repeat what it was sent. */
function withoutSecrets(error: TriageError, sent: Parameters<typeof redact>[1]): TriageError {
	const { code, retryable, status, retryAfter, inDoubt } = error;
	return new TriageError(code, redact(error.message, sent), { retryable, status, retryAfter, inDoubt });
}
