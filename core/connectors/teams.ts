import { TriageError } from '../errors';
import type { HttpRequest, HttpResponse } from '../http';
import { isRecord, readJson, type JsonRecord } from '../json';
import type { Mapping } from '../mapping';
import { cleanLine, cleanText, isVisible, plainLine, shorten } from '../text';
import { anyHostProblems, takesAnyHost } from './common/any-host';
import { headerProblems, jsonHeaders } from './common/headers';
import { factsOf, summaryOf, withoutLinks } from './common/message';
import { endpointOf, endpointProblems, isPendingAddress, refuseProblems } from './common/settings';
import type { Connector, Delivery, Receipt } from './connector';

/**
 * A workflow of Microsoft Teams that posts to a channel: the endpoint is its whole address, which is a secret.
 * It cannot be asked what it posted, nor answer it.
 */
export const teams: Connector = {
	system: 'teams',
	problems,
	request,
	receipt,
	explanation,
	pace: { atOnce: 2, perMinute: 120 },
};

function problems(mapping: Mapping): string[] {
	return [...addressProblems(mapping), ...anyHostProblems(mapping), ...headerProblems(mapping)];
}

const WORKFLOWS = /^(?:[a-z\d-]+\.)+(?:logic\.azure\.com|api\.powerplatform\.com)$/u;
const RETIRED = /^(?:(?:[^/]+\.)?webhook\.office\.com|outlook\.office(?:365)?\.com(?=\/webhook))/u;

function addressProblems(mapping: Mapping): string[] {
	const wrong = endpointProblems(mapping, 'https://example.westus.logic.azure.com/workflows/…');
	if (wrong.length > 0 || isPendingAddress(mapping.endpoint)) return wrong;
	const [, scheme, host, rest] = /^(https?):\/\/([^/?#]*?)\.?(?::\d+)?(?:[/?#](.*))?$/isu.exec(mapping.endpoint) ?? [];
	if (RETIRED.test(`${host}/${rest ?? ''}`.toLowerCase())) {
		return [
			'the endpoint is an Office 365 connector, and Microsoft has retired these: make a workflow in Teams that starts when a webhook request is received, and take its address',
		];
	}
	const anyHost = takesAnyHost(mapping);
	return [
		...(anyHost || scheme.toLowerCase() === 'https' ? [] : ['the endpoint must begin with https://']),
		...(anyHost || WORKFLOWS.test(host.toLowerCase())
			? []
			: [
					'the endpoint must be on *.logic.azure.com or *.api.powerplatform.com; for a gateway of yours set settings.any_host to true',
				]),
		...(rest ? [] : ['the endpoint must be the whole address of the workflow, not its host alone']),
	];
}

function request(delivery: Delivery): HttpRequest {
	const { mapping } = delivery;
	refuseProblems('teams', problems(mapping));
	return { method: 'POST', url: endpointOf(mapping), headers: jsonHeaders(mapping), body: fittingBody(delivery) };
}

/** Teams takes 28 KB, as UTF-8; whether of 1000 or of 1024 bytes each it does not say. */
const MOST_BYTES = 28_000;

/** The message with as much of the description as there is room for. */
function fittingBody(delivery: Delivery): string {
	const { description } = delivery.ticket;
	const whole = bodyOf(delivery, description, false);
	if (utf8Length(whole) < MOST_BYTES) return whole;
	const upTo = (length: number): string => bodyOf(delivery, shorten(description, length), true);
	let [fits, over] = [0, Math.min(description.length, MOST_BYTES)];
	while (over - fits > 1) {
		const middle = Math.floor((fits + over) / 2);
		if (utf8Length(upTo(middle)) < MOST_BYTES) fits = middle;
		else over = middle;
	}
	return upTo(fits);
}

function utf8Length(text: string): number {
	let bytes = 0;
	for (const character of text) {
		const point = character.codePointAt(0) ?? 0;
		bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	}
	return bytes;
}

function bodyOf(delivery: Delivery, description: string, isShortened: boolean): string {
	const content = {
		$schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
		type: 'AdaptiveCard',
		version: '1.4',
		body: [
			textBlock(neutralLine(summaryOf(delivery, 400)), { size: 'Medium', weight: 'Bolder' }),
			textBlock(neutralText(description)),
			...(isShortened ? [textBlock('The description is longer than Teams takes: this is its beginning.', SUBTLE)] : []),
			{ type: 'FactSet', facts: factsOf(delivery).map(([title, value]) => ({ title, value: factText(value) })) },
		],
	};
	const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content };
	return JSON.stringify({ type: 'message', attachments: [attachment] });
}

const SUBTLE = { isSubtle: true };

function textBlock(text: string, look: JsonRecord = {}): JsonRecord {
	return { type: 'TextBlock', text, wrap: true, ...look };
}

function factText(value: string): string {
	const line = cleanLine(value);
	return neutralLine(line.length <= 300 ? line : `${shorten(line, 299)}…`);
}

/** Each line a paragraph, which is how cards keep lines apart. */
function neutralText(text: string): string {
	const lines = cleanText(text).split(/[\r\n\v\f\u0085\u2028\u2029]+/u);
	return lines
		.map(neutralLine)
		.filter((line) => line !== '')
		.join('\n\n');
}

/**
 * One line that shows as it is written. Formatting is escaped; what makes links and mentions is broken as well, since
 * not every Teams client heeds escapes.
 */
function neutralLine(line: string): string {
	return (
		withoutLinks(line)
			.replace(/\p{Cc}/gu, ' ')
			.trim()
			.replace(/</gu, '‹')
			.replace(/>/gu, '›')
			.replace(/[\\`*_~[\]]/gu, '\\$&')
			.replace(/\](?=\()/gu, '] ')
			.replace(/&(?=#?\w+;)/gu, '\\&')
			// Cards take {{DATE(…)}} for a function.
			.replace(/(?<=\{)\{/gu, '\\{')
			.replace(/^[-+=#|]/u, '\\$&')
			.replace(/^(\d{1,9})([.)])/u, '$1\\$2')
	);
}

/** 202 says that the workflow has begun: there is no id, and no page to open. */
function receipt({ status, body }: HttpResponse): Receipt {
	const answer = readJson(body);
	if (!isRecord(answer) || !answer.error) return { externalId: null, externalUrl: null };
	const said = explain(answer);
	const tooMany = /too ?many ?requests|throttl/iu.test(said);
	throw new TriageError(
		tooMany ? 'rate_limited' : 'rejected',
		`teams answered ${status} with an error${said === '' ? '' : ` (${said})`}: ` +
			(tooMany ? 'try again later' : 'check the workflow in Teams'),
		{ status, retryable: tooMany },
	);
}

function explanation(response: HttpResponse): string {
	return explain(readJson(response.body));
}

/** Addresses are left out: the workflow's own is a secret. */
function explain(body: unknown): string {
	if (!isRecord(body)) return '';
	const { code, message } = isRecord(body.error) ? body.error : { code: undefined, message: body.message };
	const said = [code, message].filter((part): part is string => typeof part === 'string' && isVisible(part));
	const text = said.map(plainLine).join(': ');
	return shorten(text.replace(/\b\w+:\/\/\S+/gu, '(address)').replace(/\bsig=[^\s&"']+/giu, 'sig=(secret)'), 300);
}
