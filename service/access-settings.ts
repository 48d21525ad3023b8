import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { flag, splitExactly, splitList, whole } from './environment-fields';
import type { Access } from './http/access';
import { parseApiKeys } from './http/api-keys';
import { parseWebhookSecrets } from './http/webhook-secrets';

/** What mappings may refer to where nothing else is said: variables named after the systems they are for. */
const REFERENCES = 'JIRA_*,FRESHSERVICE_*,ZENDESK_*,SERVICENOW_*,SLACK_*,TEAMS_*,MAPPING_*,SUBSCRIPTION_*';

type Fail = (problem: string) => void;

/** Reads a text and tells `fail` everything that is wrong with it. */
function readBy<T>(read: (text: string, fail: Fail) => T) {
	return (text: string, context: z.RefinementCtx): T => read(text, (problem) => context.addIssue(problem));
}

/** Environment variables about who may call, and what may be reached from here. */
export const accessFields = {
	TRIAGE_API_KEYS: z.string().default('').transform(readBy(parseApiKeys)),
	WEBHOOK_SECRET: z.string().default('').transform(readBy(parseWebhookSecrets)),
	ALLOW_ANONYMOUS: flag().default(false),
	ALLOWED_ORIGINS: z.string().default('').transform(readBy(toOrigins)),
	ALLOWED_HOSTS: z.string().default('').transform(splitList),
	TRUST_PROXY: z.string().default('').transform(readBy(toProxies)),
	RATE_LIMIT_PER_MINUTE: whole(0, 1e9).default(6000),
	ALLOWED_PRIVATE_HOSTS: z.string().default('').transform(splitList),
	ALLOWED_REFERENCES: z.string().default(REFERENCES).transform(splitExactly),
};

export interface AccessSettings extends Access {
	/** Origins whose pages may call. */
	allowedOrigins: string[];
	/** Names under which this is reached where no key is asked for. */
	allowedHosts: string[];
	/** Which proxies say where a request comes from: as Express's `trust proxy`. */
	trustProxy: false | number | string[];
	/** For each key and address; 0: no limit. */
	requestsPerMinute: number;
	allowedPrivateHosts: string[];
	/** Names, or beginnings with `*`, that mappings may refer to. */
	allowedReferences: string[];
}

export function toAccessSettings(env: z.infer<z.ZodObject<typeof accessFields>>): AccessSettings {
	return {
		apiKeys: env.TRIAGE_API_KEYS,
		webhookSecrets: env.WEBHOOK_SECRET,
		allowedOrigins: env.ALLOWED_ORIGINS,
		allowedHosts: env.ALLOWED_HOSTS,
		trustProxy: env.TRUST_PROXY,
		requestsPerMinute: env.RATE_LIMIT_PER_MINUTE,
		allowedPrivateHosts: env.ALLOWED_PRIVATE_HOSTS,
		allowedReferences: env.ALLOWED_REFERENCES,
	};
}

/** Others count as not set where they are blank. Somebody who gave this one a place means requests to be signed. */
export function blankProblems(environment: Record<string, string | undefined>): string[] {
	if (environment.WEBHOOK_SECRET === undefined || environment.WEBHOOK_SECRET.trim() !== '') return [];
	return ['WEBHOOK_SECRET: is blank, which would take every signature: give it whsec_ and a secret, or remove it'];
}

function toOrigins(text: string, fail: Fail): string[] {
	const origins = splitList(text);
	for (const origin of origins) {
		if (URL.canParse(origin) && new URL(origin).origin === origin && /^https?:/.test(origin)) continue;
		fail(
			origin === '*'
				? '* would let every page in a browser read tickets: name the origins'
				: `"${origin}" is no origin: write https://portal.firm.example, without a path`,
		);
	}
	return origins;
}

const NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];
const MOST_PROXIES = 10;

function toProxies(text: string, fail: Fail): false | number | string[] {
	const items = splitList(text);
	if (items.length === 0 || text.trim().toLowerCase() === 'false') return false;
	const count = Number(text);
	if (Number.isInteger(count) && count >= 1 && count <= MOST_PROXIES) return count;
	const isProxy = (item: string): boolean => NETWORKS.includes(item) || isIP(item) !== 0 || ipaddr.isValidCIDR(item);
	if (items.every(isProxy)) return items;
	fail(
		`must be how many proxies stand in front (1 to ${MOST_PROXIES}), or their addresses, networks such as 10.0.0.0/8, or ${NETWORKS.join(', ')}`,
	);
	return false;
}
