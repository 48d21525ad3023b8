import { endpointOf } from '../../core/connectors/common/settings';
import { secretsOf, signingProblems } from '../../core/connectors/common/signing';
import { TriageError } from '../../core/errors';
import { errorFromStatus, type HttpRequest, type Send } from '../../core/http';
import { INBOX_MAPPING, type Mapping } from '../../core/mapping';
import { resolveReferences } from '../../core/references';
import type { NewSubscription } from '../store/subscriptions';

export interface MessageDeps {
	send: Send;
	/** Values of `${NAME}` in subscriptions. */
	lookup: (name: string) => string | undefined;
	/** Milliseconds since 1970. */
	now: () => number;
}

export interface Message {
	/** Becomes `webhook-id`: the same for each try. */
	eventId: string;
	body: string;
}

type Receiver = Pick<NewSubscription, 'url' | 'secret'>;

/** What rules a mapping to any system goes by holds for a subscription as well. */
export function asMapping({ url, secret }: Receiver): Mapping {
	return { ...INBOX_MAPPING, system: 'http', endpoint: url, settings: { signing_secret: secret } };
}

/**
 * Tells a receiver once; resolves with the status when it took the message.
 * @throws TriageError where it did not, or nobody knows; its message has neither secrets nor ticket text
 */
export async function tell(receiver: Receiver, message: Message, { send, lookup, now }: MessageDeps): Promise<number> {
	try {
		const response = await send(requestOf(resolveReferences(asMapping(receiver), lookup), message));
		if (response.status < 300) return response.status;
		throw errorFromStatus('The receiver', response, '', now());
	} catch (error) {
		if (!(error instanceof TriageError)) throw error;
		// It said yes, and nothing that came after that matters.
		if (error.status !== undefined && error.status < 300) return error.status;
		throw inWordsOfSubscriptions(error);
	}
}

function requestOf(resolved: Mapping, { eventId, body }: Message): HttpRequest {
	const problems = signingProblems(resolved, () => false);
	const secrets = secretsOf(resolved);
	// Without a secret nothing goes out: nobody could tell where it came from.
	if (!secrets || problems.length > 0) {
		throw new TriageError('misconfigured', `The subscription cannot be used: ${problems.join('; ')}`);
	}
	return {
		method: 'POST',
		url: endpointOf(resolved),
		headers: { 'content-type': 'application/json', 'webhook-id': eventId },
		body,
		signature: { id: eventId, secrets },
	};
}

function inWordsOfSubscriptions(error: TriageError): TriageError {
	const { code, status, retryable, retryAfter, inDoubt } = error;
	return new TriageError(code, spokenOf(error.message), { status, retryable, retryAfter, inDoubt });
}

/** What is said of mappings, said of subscriptions. */
export function spokenOf(message: string): string {
	return message
		.replace(/\bsettings\.signing_secret\b/gu, 'the secret')
		.replace(/\bendpoint\b/gu, 'url')
		.replace(/\bmapping\b/gu, 'subscription')
		.replace(/^The system\b/u, 'The receiver')
		.replace(/\bfrom the system\b/u, 'from the receiver');
}
