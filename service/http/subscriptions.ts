import { randomBytes } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import type { Knex } from 'knex';
import { TriageError } from '../../core/errors';
import { MOST_SUBSCRIPTIONS } from '../events';
import { tell, type MessageDeps } from '../events/message';
import { eventBody } from '../events/publish';
import type { Logger } from '../logger';
import { newRecord } from '../store/records';
import {
	deleteSubscription,
	enableSubscription,
	findSubscription,
	insertSubscription,
	listSubscriptions,
	type Subscription,
} from '../store/subscriptions';
import { jsonBody, optionalBody } from './body';
import { presentSubscription, presentTicket } from './present';
import { HttpProblem, methodNotAllowed } from './problems';
import { rowId } from './row-id';
import { readSubscription } from './subscription-body';

export interface SubscriptionRoutesDeps extends MessageDeps {
	knex: Knex;
	log: Logger;
}

const SMALL = '100kb';

/** Who is told what happens to tickets. */
export function subscriptionRoutes(deps: SubscriptionRoutesDeps): Router {
	const router = Router();
	router
		.route('/subscriptions')
		.get(async (_request, response) => {
			response.json({ subscriptions: (await listSubscriptions(deps.knex)).map((one) => presentSubscription(one)) });
		})
		.post(...jsonBody(SMALL), async (request, response) => create(request, response, deps))
		.all(methodNotAllowed('GET, POST'));
	router
		.route('/subscriptions/:id')
		.get(async (request, response) => {
			response.json(presentSubscription(await found(request, deps)));
		})
		.delete(async (request, response) => remove(request, response, deps))
		.all(methodNotAllowed('GET, DELETE'));
	router
		.route('/subscriptions/:id/enable')
		.post(...optionalBody(SMALL), async (request, response) => enable(request, response, deps))
		.all(methodNotAllowed('POST'));
	router
		.route('/subscriptions/:id/test')
		.post(...optionalBody(SMALL), async (request, response) => test(request, response, deps))
		.all(methodNotAllowed('POST'));
	return router;
}

async function create(request: Request, response: Response, deps: SubscriptionRoutesDeps): Promise<void> {
	const { subscription, isSecretNew } = readSubscription(request.body);
	const at = new Date(deps.now()).toISOString();
	const stored = await insertSubscription(deps.knex, subscription, at, MOST_SUBSCRIPTIONS);
	if (!stored) {
		throw new HttpProblem(409, `There are ${MOST_SUBSCRIPTIONS} subscriptions, which is the most: delete one first`);
	}
	log('created', stored.id, response, deps);
	const shown = presentSubscription(stored);
	const answer = isSecretNew ? { ...shown, secret: stored.secret } : shown;
	response.status(201).set('Location', `/subscriptions/${stored.id}`).json(answer);
}

async function remove(request: Request, response: Response, deps: SubscriptionRoutesDeps): Promise<void> {
	const id = rowId(request, noSubscription);
	if (!(await deleteSubscription(deps.knex, id))) throw noSubscription();
	log('deleted', id, response, deps);
	response.status(204).end();
}

async function enable(request: Request, response: Response, deps: SubscriptionRoutesDeps): Promise<void> {
	const enabled = await enableSubscription(deps.knex, rowId(request, noSubscription), deps.now());
	if (!enabled) throw noSubscription();
	log('enabled', enabled.id, response, deps);
	response.json(presentSubscription(enabled));
}

/** Sends one event at once, also to a receiver that is disabled, and says what came of it. Nothing is stored. */
async function test(request: Request, response: Response, deps: SubscriptionRoutesDeps): Promise<void> {
	const subscription = await found(request, deps);
	const message = { eventId: `evt_test_${randomBytes(12).toString('hex')}`, body: sampleBody(deps.now()) };
	try {
		response.json({ delivered: true, status: await tell(subscription, message, deps) });
	} catch (error) {
		if (!(error instanceof TriageError)) throw error;
		throw new HttpProblem(error.code === 'misconfigured' ? 422 : 502, error.message);
	}
}

function sampleBody(now: number): string {
	const at = new Date(now).toISOString();
	const ticket = {
		...{ title: 'TEST, please ignore: a subscription of the ticket triage', description: '', email: '' },
		...{ priority: 'low' as const, source: 'subscription-test', metadata: {} },
	};
	return eventBody('ticket.test', at, presentTicket(newRecord('TKT-TEST', ticket, at)));
}

/** Who changed who is told is worth a line. */
function log(what: string, id: number, response: Response, deps: SubscriptionRoutesDeps): void {
	deps.log.info({ subscription: id, caller: response.locals.caller as unknown }, `subscription ${what}`);
}

async function found(request: Request, { knex }: SubscriptionRoutesDeps): Promise<Subscription> {
	const subscription = await findSubscription(knex, rowId(request, noSubscription));
	if (!subscription) throw noSubscription();
	return subscription;
}

function noSubscription(): HttpProblem {
	return new HttpProblem(404, 'There is no subscription with this id: GET /subscriptions lists them');
}
