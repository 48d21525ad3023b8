import { TriageError } from '../../errors';
import type { Mapping } from '../../mapping';
import { cleanLine, cleanText, shorten } from '../../text';
import type { Delivery, Receipt } from '../connector';
import { basicAuthorization, signsIn } from './headers';
import { factsOf, summaryOf, withoutLinks, type Readers } from './message';
import { addressOf, endpointProblems, settingProblems, settingText, siteOf, type Setting } from './settings';

export const API_TOKEN: Setting = { key: 'api_token', is: 'a token without spaces', pattern: /^[\x21-\x7e]+$/u };
const CLOUD_CREDENTIALS: Setting[] = [
	{
		key: 'email',
		is: 'the e-mail address of the account',
		required: true,
		pattern: /^[^\s:@\p{Surrogate}]+@[^\s:@\p{Surrogate}]+$/u,
	},
	{ ...API_TOKEN, required: true },
];

/** In UTF-16 units; together they fit Jira's 32,767 even with every character escaped in JSON. */
const TEXT_LIMIT = 12_000;
const FACT_LIMIT = 400;
const SUMMARY_LIMIT = 255;

const CLOUD_SITE = /^https?:\/\/[^/?#]*\.atlassian\.net(?:[:/?#]|$)/iu;
const CLOUD_GATEWAY = /^https:\/\/api\.atlassian\.com(?:[:/?#]|$)/iu;
/** People copy the site's address with that of its API behind it. */
const API = /\/rest\/api\/(?:2|3|latest)(?:\/issue)?$/iu;
const ISSUE_KEY = /^[A-Z][A-Z0-9_]{0,254}-[1-9]\d{0,18}$/u;

export function baseProblems(mapping: Mapping, example: string): string[] {
	const problems = endpointProblems(mapping, example);
	if (problems.length > 0 || !/\/rest(?:\/|$)/iu.test(siteOf(mapping.endpoint, API))) return problems;
	return [`the endpoint must end before /rest, as in ${example}`];
}

/** The address of a path on the site. @throws TriageError misconfigured */
export function siteAddress(mapping: Mapping, path: string): string {
	return addressOf(mapping, path, API);
}

/** An API token of the Cloud is a password: it goes with the account's address, and never as Bearer. */
export function cloudCredentialProblems(mapping: Mapping): string[] {
	if (!signsIn(mapping)) return settingProblems(mapping, CLOUD_CREDENTIALS);
	const bearer = Object.entries(mapping.headers).some(
		([name, value]) => name.toLowerCase() === 'authorization' && /^\s*bearer\b/iu.test(value),
	);
	if (!bearer || !CLOUD_SITE.test(mapping.endpoint)) return [];
	return ['a site of Jira Cloud takes no Bearer token: set settings.email and settings.api_token instead'];
}

export function cloudHeaders(mapping: Mapping): Record<string, string> {
	const accept = 'application/json';
	if (signsIn(mapping)) return { accept };
	return {
		accept,
		authorization: basicAuthorization(settingText(mapping, 'email'), settingText(mapping, 'api_token')),
	};
}

/** The ticket's text and the facts about it, cleaned and without links; the target's markup is still to be escaped. */
export function contentOf(delivery: Delivery, readers?: Readers): { text: string; facts: string[] } {
	const facts = factsOf(delivery, readers).map(([name, value]) =>
		cut(harmless(cleanLine(`${name}: ${value}`)), FACT_LIMIT),
	);
	return { text: remarkOf(delivery.ticket.description), facts };
}

/** Text of people as it may stand in a description or a comment, its markup still to be escaped. */
export function remarkOf(text: string): string {
	return cut(harmless(text), TEXT_LIMIT);
}

export function titleOf(delivery: Delivery): string {
	const ticket = { ...delivery.ticket, title: harmless(cleanLine(delivery.ticket.title)) };
	return summaryOf({ ...delivery, ticket }, SUMMARY_LIMIT);
}

function harmless(text: string): string {
	const lines = cleanText(text.replace(/\r\n?|[\v\f\u0085\u2028\u2029]/gu, '\n'));
	return withoutLinks(lines).replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}

function cut(text: string, most: number): string {
	return text.length <= most ? text : `${shorten(text, most - 1)}…`;
}

export function issueKey(value: unknown): string | null {
	return typeof value === 'string' && ISSUE_KEY.test(value) ? value : null;
}

/** The issue that a note is put on, fit to stand in a path. @throws TriageError misconfigured */
export function issueOf({ externalId }: Receipt): string {
	const key = issueKey(externalId);
	if (key !== null) return key;
	throw new TriageError(
		'misconfigured',
		'The ticket was delivered without the key of an issue: put the note there by hand',
	);
}

/** Where a person opens an issue; unknown where the endpoint is the gateway, which serves programs only. */
export function browseUrl(mapping: Mapping, key: string): string | null {
	return CLOUD_GATEWAY.test(mapping.endpoint) ? null : siteAddress(mapping, `/browse/${key}`);
}

/** For an answer that says yes by status and names no issue. */
export function refusalOf(explanation: string): TriageError {
	if (explanation !== '') {
		return new TriageError('rejected', `Jira refused the ticket (${explanation}): check the mapping's settings`);
	}
	const advice = 'check that the endpoint is its base address, and whether the issue is there';
	return new TriageError('unreadable', `Jira answered without the key of an issue: ${advice}`);
}
