import type { Knex } from 'knex';
import { TriageError } from '../../core/errors';
import type { Logger } from '../logger';
import {
	claimSubscriptions,
	isOverfull,
	nextDeliveries,
	saveRound,
	type EventDelivery,
	type ServedSubscription,
} from '../store/event-deliveries';
import { logCall, outcomeOf } from '../tracing/call-log';
import { contextOf, within } from '../tracing/context';
import { judge, type Outcome, type Patience } from './judge';
import { tell, type MessageDeps } from './message';
import { createTurns } from './turns';

export interface DispatcherOptions extends MessageDeps {
	knex: Knex;
	log: Logger;
	patience: Patience;
	/** How often to look for events, in milliseconds. */
	pollMs: number;
	/** Twice as long as a receiver may take to answer, or more: whoever was silent for so long has lost its subscriptions. */
	leaseMs: number;
	/** Waiting events of one subscription, beyond which it is ended. */
	mostWaiting: number;
	/** Hears of each try. */
	count: (outcome: 'delivered' | 'failed') => void;
}

export interface Dispatcher {
	start(): void;
	/** Begins nothing more, and resolves when what is under way has ended. */
	stop(): Promise<void>;
}

interface State extends DispatcherOptions {
	stopped: boolean;
	/** By subscription. */
	serving: Map<number, Promise<void>>;
	database: ReturnType<typeof createTurns>;
}

/** Requests at once to one receiver. */
const AT_ONCE = 8;
/** After so many rounds others may take over. */
const MOST_ROUNDS = 100;
/** Subscriptions that use the database at once: its connections are for tickets above all. */
const MOST_CONNECTIONS = 2;

/**
 * Tells subscribers what happened, at least once, and of each ticket in order. A subscription is served by one process at
 * a time, and on its own: one that is slow holds up no other. How much goes on at once is bound by how many there may be.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
	const state: State = { ...options, stopped: true, serving: new Map(), database: createTurns(MOST_CONNECTIONS) };
	let timer: NodeJS.Timeout | undefined;
	let looking: Promise<void> | undefined;
	return {
		start() {
			state.stopped = false;
			timer = setInterval(() => (looking ??= look(state).finally(() => (looking = undefined))), state.pollMs);
		},
		async stop() {
			state.stopped = true;
			clearInterval(timer);
			await looking;
			await Promise.all(state.serving.values());
		},
	};
}

async function look(state: State): Promise<void> {
	const { knex, now, leaseMs, log, serving } = state;
	try {
		for (const subscription of await claimSubscriptions(knex, now(), leaseMs, [...serving.keys()])) {
			const served = serve(subscription, state)
				.catch((error: unknown) => log.error({ error, subscription: subscription.id }, 'events could not be told'))
				.finally(() => serving.delete(subscription.id));
			serving.set(subscription.id, served);
		}
	} catch (error) {
		log.error({ error }, 'events could not be read; trying again');
	}
}

/** Until there is nothing left, nothing more is taken, or another has the subscription. */
async function serve(claimed: ServedSubscription, state: State): Promise<void> {
	const { knex, now, patience, mostWaiting, database } = state;
	let subscription = claimed;
	if (await database(() => isOverfull(knex, claimed.id, mostWaiting))) return endOverfull(claimed, state);
	for (let rounds = 1; ; rounds += 1) {
		const deliveries = await readRound(subscription, state);
		if (deliveries.length === 0) return void (await lease(subscription, 0, state));
		const outcomes = await Promise.all(deliveries.map((delivery) => attemptWithin(subscription, delivery, state)));
		const verdict = judge(subscription, outcomes, now(), patience);
		const goesOn = verdict.goesOn && rounds < MOST_ROUNDS;
		const lockedUntil = goesOn ? now() + state.leaseMs : 0;
		const isOurs = await database(() => saveRound(knex, subscription, { ...verdict, lockedUntil }, patience));
		if (isOurs) sayHowItIs(subscription, verdict, state);
		if (!isOurs || !goesOn) return;
		subscription = { ...subscription, lockedUntil, failures: 0, failingSince: null };
	}
}

/** What is told next: nothing where there is nothing, or another has the subscription by now. */
async function readRound(subscription: ServedSubscription, state: State): Promise<EventDelivery[]> {
	const { knex, now, leaseMs, database } = state;
	if (state.stopped) return [];
	// Whether one that failed is back is asked with one event.
	const limit = subscription.failures > 0 ? 1 : AT_ONCE;
	const deliveries = await database(() => nextDeliveries(knex, subscription.id, now(), limit));
	// The database may have been slow: the lease has to last until the receivers have answered.
	if (deliveries.length === 0 || subscription.lockedUntil - now() > leaseMs / 2) return deliveries;
	return (await lease(subscription, now() + leaseMs, state)) ? deliveries : [];
}

/** Resolves with whether the subscription was still the caller's. */
function lease(subscription: ServedSubscription, lockedUntil: number, state: State): Promise<boolean> {
	const { knex, now, patience, database } = state;
	return database(() => saveRound(knex, subscription, { ...NOTHING, lockedUntil, now: now() }, patience));
}

const NOTHING = { delivered: [], failed: [], change: {} };

function attemptWithin(to: ServedSubscription, delivery: EventDelivery, state: State): Promise<Outcome> {
	return within(contextOf(delivery.about), () => attempt(to, delivery, state));
}

async function attempt(
	subscription: ServedSubscription,
	delivery: EventDelivery,
	{ log, count, ...deps }: State,
): Promise<Outcome> {
	const [started, system] = [deps.now(), 'subscription'];
	const error = await tell(subscription, delivery, deps).then(
		(status) => {
			logCall(log, { system, outcome: 'success', status, ms: deps.now() - started });
			return null;
		},
		(thrown: unknown) => {
			logCall(log, { system, ...outcomeOf(thrown), ms: deps.now() - started });
			if (thrown instanceof TriageError) return thrown;
			log.error({ error: thrown, subscription: subscription.id }, 'telling an event hit a bug');
			return new TriageError('unavailable', 'An unexpected error in the service; its log says more');
		},
	);
	count(error ? 'failed' : 'delivered');
	return { delivery, error };
}

function sayHowItIs(
	{ id, failures }: ServedSubscription,
	{ disabled, change }: ReturnType<typeof judge>,
	{ log }: State,
): void {
	if (disabled !== null) log.error({ subscription: id, reason: disabled }, 'subscription disabled');
	else if (failures === 0 && change.failures !== 0) {
		log.warn({ subscription: id, reason: change.last_error }, 'a subscriber takes no events; trying again');
	}
}

async function endOverfull(subscription: ServedSubscription, state: State): Promise<void> {
	const { knex, now, patience, mostWaiting, log, database } = state;
	const reason = `More than ${mostWaiting} events wait, so no more are kept: the receiver takes them too slowly`;
	const change = { disabled_at: new Date(now()).toISOString(), last_error: reason };
	const round = { ...NOTHING, change, lockedUntil: 0, now: now() };
	if (!(await database(() => saveRound(knex, subscription, round, patience)))) return;
	log.error({ subscription: subscription.id, reason }, 'subscription disabled');
}
