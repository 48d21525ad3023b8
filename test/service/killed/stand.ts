import { createTarget } from '../../../fake-targets';
import type { Fault, FaultSource } from '../../../fake-targets/faults';
import type { ReceivedRequest } from '../../../fake-targets/record';
import { startFakeTarget } from '../../../fake-targets/server';
import type { FakeTarget, TargetAnswer } from '../../../fake-targets/target';
import { createWebhook, WEBHOOK_PATH } from '../../../fake-targets/webhook';

/** What a request wants: a new ticket, to know of one, or to leave a note with one. */
export type Errand = 'create' | 'ask' | 'comment';

/** A stand-in of which single requests can be had to meet something. */
export interface Stand {
	url: string;
	target: FakeTarget;
	/** The next such request meets this; resolves when it has. */
	strike(errand: Errand, fault: Fault): Promise<void>;
	/** What the next request for a new ticket is told. */
	refuse(answer: TargetAnswer): void;
	/** How often it holds a ticket, by the service's id. */
	timesHeld(): Map<string, number>;
	close(): Promise<void>;
}

interface Strike {
	errand: Errand;
	fault: Fault;
	met: () => void;
}

export async function startStand(
	system: string,
	{ target = createTarget(system), latencyMs }: { target?: FakeTarget; latencyMs?: () => number } = {},
): Promise<Stand> {
	const strikes: Strike[] = [];
	const meeting = new Map<ReceivedRequest, Strike>();
	const refusals: TargetAnswer[] = [];
	const answer: FakeTarget['answer'] = (request) =>
		(errandOf(request as ReceivedRequest) === 'create' && refusals.shift()) || target.answer(request);
	const running = await startFakeTarget(
		{ system, tickets: target.tickets, answer },
		{
			faults: faultsOf(strikes, meeting),
			latencyMs,
			onAnswered(request) {
				meeting.get(request)?.met();
				meeting.delete(request);
			},
		},
	);
	return {
		url: running.url,
		target,
		strike: (errand, fault) => new Promise((met) => void strikes.push({ errand, fault, met })),
		refuse: (refusal) => void refusals.push(refusal),
		timesHeld() {
			const times = new Map<string, number>();
			for (const { ticketId } of target.tickets) times.set(ticketId, (times.get(ticketId) ?? 0) + 1);
			return times;
		},
		close: () => running.close(),
	};
}

/** Where a subscriber's events arrive; an event that it knows is no new ticket. */
export async function startReceiver(): Promise<Stand & { events: string }> {
	const stand = await startStand('http', { target: createWebhook({ secret: null }) });
	return { ...stand, events: `${stand.url}${WEBHOOK_PATH}` };
}

function faultsOf(strikes: Strike[], meeting: Map<ReceivedRequest, Strike>): FaultSource {
	return {
		draw(request: ReceivedRequest) {
			const at = strikes.findIndex(({ errand }) => errand === errandOf(request));
			if (at === -1) return null;
			const [strike] = strikes.splice(at, 1);
			meeting.set(request, strike);
			return { fault: strike.fault, tells: strike.fault === 'hang_after' };
		},
		setRates: () => undefined,
		queue: () => undefined,
	};
}

function errandOf({ path, creates }: ReceivedRequest): Errand {
	if (path.endsWith('/comment')) return 'comment';
	return creates ? 'create' : 'ask';
}
