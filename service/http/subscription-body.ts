import { randomBytes } from 'node:crypto';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { isRecord } from '../../core/json';
import { mappingProblems } from '../../core/mapping-problems';
import { OWN_VARIABLES } from '../config';
import { asMapping, spokenOf } from '../events/message';
import type { NewSubscription } from '../store/subscriptions';
import { HttpProblem, fieldProblems, type FieldProblem } from './problems';
import { subscriptionBody } from './subscription-schemas';

const SECRET_BYTES = 32;
/** Of good shape, so that what cannot be read hides no other problem. */
const STAND_IN = { url: 'https://example.com/', secret: newSecret() };

/**
 * The subscription that a body describes, and whether its secret was made here.
 * @throws HttpProblem 422 naming everything that is wrong
 */
export function readSubscription(body: unknown): { subscription: NewSubscription; isSecretNew: boolean } {
	const parsed = subscriptionBody.safeParse(body);
	const unreadable = parsed.success ? [] : fieldProblems(parsed.error);
	const problems = [...unreadable, ...addressProblems(body, unreadable)];
	if (!parsed.success || problems.length > 0) {
		throw new HttpProblem(422, 'The subscription cannot be used as it is', { errors: problems });
	}
	const { url, events, secret, description } = parsed.data;
	const subscription = { url, events: [...new Set(events)], secret: secret || newSecret() };
	return { subscription: { ...subscription, description: description || null }, isSecretNew: !secret };
}

/** What mappings must not have either, said of the fields that can be read. */
function addressProblems(body: unknown, unreadable: readonly FieldProblem[]): FieldProblem[] {
	if (!isRecord(body)) return [];
	const { url, secret } = body;
	const isWrong = (name: string): boolean => unreadable.some(({ field }) => field === name);
	const readable = {
		url: typeof url === 'string' && !isWrong('url') ? url.trim() : STAND_IN.url,
		secret: typeof secret === 'string' && secret.trim() !== '' && !isWrong('secret') ? secret : STAND_IN.secret,
	};
	return mappingProblems(asMapping(readable), DEFAULT_DEPARTMENTS, OWN_VARIABLES).map(({ field, message }) => ({
		field: field === 'api_endpoint' ? 'url' : 'secret',
		message: spokenOf(message).replace(/^the (?:secret|url) /u, ''),
	}));
}

function newSecret(): string {
	return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
