import { createHash } from 'node:crypto';
import type { IHookFunctions, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { isSecret } from '../../core/connectors/common/signing';
import { cleanLine, shorten } from '../../core/text';
import { forget, keep, keptOf } from './kept';
import { openSubscriptions, type Subscription, type Subscriptions } from './subscriptions';
import { problemError, triggerError } from './trigger-error';

const TEST = 'test';

/** Whether events come as this node wants them; a subscription that was given up gets what waits for it, and goes on. */
export async function isSubscribed(context: IHookFunctions): Promise<boolean> {
	const { url, mark, events } = wishOf(context);
	const kept = keptOf(context);
	if (kept === null || kept.url !== url || kept.mark !== mark || !isSecret(kept.secret)) return false;
	return await asNode(context, async (subscriptions) => {
		const found = (await own(subscriptions, mark)).find(({ id }) => id === kept.id);
		if (found === undefined || !isSame(found.events, events)) return false;
		if (found.isDisabled) await subscriptions.enable(found.id);
		return true;
	});
}

/** Makes a subscription in place of any that an earlier activation has left behind. */
export async function subscribe(context: IHookFunctions): Promise<boolean> {
	const { url, mark, events } = wishOf(context);
	const description = `n8n, workflow “${nameOf(context)}” ${mark}`;
	return await asNode(context, async (subscriptions) => {
		await removeOwn(subscriptions, mark);
		const { id, secret } = await subscriptions.add({ url, events, description });
		try {
			refuseUnreachable(context, url, await subscriptions.tryOut(id));
		} catch (error) {
			// Where not even that works the next activation does it: what was wrong first is what matters.
			await subscriptions.remove(id).catch(() => undefined);
			throw triggerError(context, error);
		}
		keep(context, { id, secret, url, mark });
		return true;
	});
}

/** Ends the subscription. Of the editor's listening n8n must not hear an error: nobody catches it, and the process ends. */
export async function unsubscribe(context: IHookFunctions): Promise<boolean> {
	const kept = keptOf(context);
	if (kept === null) return true;
	try {
		await removeOwn(await openSubscriptions(context), kept.mark);
		forget(context);
		return true;
	} catch (error) {
		const problem = notEnded(context, kept.id, error);
		if (!isTest(kept.mark)) throw problem;
		context.logger.error(problem.message);
		return false;
	}
}

function notEnded(context: IHookFunctions, id: number, error: unknown): NodeApiError | NodeOperationError {
	const why = triggerError(context, error).message.replace(/\.$/u, '');
	const message = `The subscription ${id} could not be ended at the triage service (${why})`;
	const description = `It sends until it gives up after days. Call DELETE /subscriptions/${id} there, or publish this workflow again.`;
	return problemError(context, { message, description });
}

interface Wish {
	url: string;
	mark: string;
	events: string[];
}

/** @throws NodeOperationError */
function wishOf(context: IHookFunctions): Wish {
	const url = context.getNodeWebhookUrl('default');
	if (url === undefined) {
		const description = 'Save the workflow, and set WEBHOOK_URL of n8n.';
		throw problemError(context, { message: 'n8n has no address for events to this workflow', description });
	}
	const selected = context.getNodeParameter('events', []);
	const events = Array.isArray(selected) ? [...new Set(selected.map(String))] : [];
	if (events.length === 0) {
		const description = 'Select under Events what is to start the workflow.';
		throw problemError(context, { message: 'No event is selected', description });
	}
	return { url, mark: markOf(context), events };
}

/** The service shows no whole addresses. This tells nodes, instances of n8n, and the editor's listening apart. */
function markOf(context: IHookFunctions): string {
	const mode = context.getMode() === 'manual' ? TEST : 'live';
	const place = [context.getInstanceId(), context.getWorkflow().id, context.getNode().id, mode].join('/');
	return `(${mode}, ${createHash('sha256').update(place).digest('hex').slice(0, 16)})`;
}

function isTest(mark: string): boolean {
	return mark.startsWith(`(${TEST},`);
}

function nameOf(context: IHookFunctions): string {
	return shorten(cleanLine(context.getWorkflow().name ?? ''), 200);
}

async function own(subscriptions: Subscriptions, mark: string): Promise<Subscription[]> {
	return (await subscriptions.list()).filter(({ description }) => description.endsWith(mark));
}

async function removeOwn(subscriptions: Subscriptions, mark: string): Promise<void> {
	for (const { id } of await own(subscriptions, mark)) await subscriptions.remove(id);
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
	return some.length === others.length && some.every((one) => others.includes(one));
}

/** Until the secret is kept this node itself answers 401: whoever hears that has reached it. */
function refuseUnreachable(context: IHookFunctions, url: string, refusal: string | null): void {
	if (refusal === null || /\banswered 401\b/u.test(refusal)) return;
	const message = `The triage service cannot send events to this n8n at ${new URL(url).origin}: ${refusal}`;
	const description =
		'Where the service knows n8n by another address, set WEBHOOK_URL of n8n to that. Where the address is one inside your network, name its host in ALLOWED_PRIVATE_HOSTS of the service, and start the service again.';
	throw problemError(context, { message, description });
}

/** @throws NodeApiError or NodeOperationError */
async function asNode<T>(context: IHookFunctions, work: (subscriptions: Subscriptions) => Promise<T>): Promise<T> {
	try {
		return await work(await openSubscriptions(context));
	} catch (error) {
		throw triggerError(context, error);
	}
}
