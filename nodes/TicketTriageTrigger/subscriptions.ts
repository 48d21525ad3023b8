import type { IHookFunctions } from 'n8n-workflow';
import { isSecret } from '../../core/connectors/common/signing';
import { TriageError } from '../../core/errors';
import { errorFromStatus, type HttpRequest, type HttpResponse } from '../../core/http';
import { isRecord, readJson } from '../../core/json';
import { credentialText } from '../shared/credentials';
import { createSend } from '../shared/send';
import { explanation, serviceRequest, serviceSite } from '../shared/service-request';
import { problemError } from './trigger-error';

const CREDENTIAL = 'triageServiceApi';

export interface Subscription {
	id: number;
	events: string[];
	/** Nothing is sent to it any more. */
	isDisabled: boolean;
	description: string;
}

/** Who is told by the triage service what happens to tickets. Each call may throw a TriageError. */
export interface Subscriptions {
	list(): Promise<Subscription[]>;
	/** The secret that events will be signed with is shown this once. */
	add(wanted: Wanted): Promise<{ id: number; secret: string }>;
	enable(id: number): Promise<void>;
	/** One that is not there is removed. */
	remove(id: number): Promise<void>;
	/** What the service says of sending an event there at once: null where it arrived. */
	tryOut(id: number): Promise<string | null>;
}

interface Wanted {
	url: string;
	events: string[];
	description: string;
}

/** @throws NodeOperationError where no credential is chosen */
export async function openSubscriptions(context: IHookFunctions): Promise<Subscriptions> {
	const address = `${await siteOf(context)}/subscriptions`;
	const send = createSend(context, 'The triage service', CREDENTIAL);
	const call = async (request: HttpRequest, expected: readonly number[] = []): Promise<HttpResponse> => {
		const response = await send(request);
		if (response.status < 300 || expected.includes(response.status)) return response;
		throw errorFromStatus('The triage service', response, explanation(response), Date.now());
	};
	return {
		async list() {
			const body = readJson((await call(serviceRequest('GET', address))).body);
			if (!isRecord(body) || !Array.isArray(body.subscriptions)) throw unreadable('without a list of subscriptions');
			return body.subscriptions.map(toSubscription);
		},
		async add(wanted) {
			const body = readJson((await call(serviceRequest('POST', address, wanted))).body);
			if (!isRecord(body) || typeof body.id !== 'number') throw unreadable('without a subscription');
			if (typeof body.secret !== 'string' || !isSecret(body.secret)) throw unreadable('without a secret to verify by');
			return { id: body.id, secret: body.secret };
		},
		enable: async (id) => void (await call(serviceRequest('POST', `${address}/${id}/enable`))),
		remove: async (id) => void (await call(serviceRequest('DELETE', `${address}/${id}`), [404])),
		async tryOut(id) {
			const response = await call(serviceRequest('POST', `${address}/${id}/test`), [422, 502]);
			return response.status < 300 ? null : explanation(response);
		},
	};
}

async function siteOf(context: IHookFunctions): Promise<string> {
	if (context.getNode().credentials?.[CREDENTIAL] === undefined) {
		const description = 'Choose a credential for the triage service at the top of this node.';
		const message = 'Events come from the triage service, and no credential for it is chosen';
		throw problemError(context, { message, description });
	}
	return serviceSite(credentialText(await context.getCredentials(CREDENTIAL), 'url'));
}

function toSubscription(value: unknown): Subscription {
	if (!isRecord(value) || typeof value.id !== 'number') throw unreadable('with a subscription that has no id');
	const { id, events, description, disabled_at: disabledAt } = value;
	return {
		id,
		events: Array.isArray(events) ? events.filter((event) => typeof event === 'string') : [],
		isDisabled: disabledAt !== null,
		description: typeof description === 'string' ? description : '',
	};
}

function unreadable(how: string): TriageError {
	const advice = 'check that the URL in the credential is that of the service';
	return new TriageError('unreadable', `The triage service answered ${how}: ${advice}`);
}
