import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { isRecord } from '../../core/json';

/** What a workflow remembers of its subscription; n8n keeps that of the editor's listening apart from that of the live one. */
export interface Kept {
	id: number;
	/** Shown by the service once, when the subscription was made; empty where it is lost. */
	secret: string;
	/** Where events go to. */
	url: string;
	/** By what the service's list tells the subscriptions of this node from others. */
	mark: string;
}

export function keptOf(context: IHookFunctions | IWebhookFunctions): Kept | null {
	const { subscription } = context.getWorkflowStaticData('node');
	if (!isRecord(subscription) || typeof subscription.id !== 'number') return null;
	const { id, secret, url, mark } = subscription;
	return { id, secret: typeof secret === 'string' ? secret : '', url: String(url), mark: String(mark) };
}

/** Only while a workflow is (de)activated: what webhooks write, others that came at the same time would overwrite. */
export function keep(context: IHookFunctions, kept: Kept): void {
	context.getWorkflowStaticData('node').subscription = { ...kept };
}

export function forget(context: IHookFunctions): void {
	delete context.getWorkflowStaticData('node').subscription;
}
