/** What is sent to Jira against Atlassian's own definitions. Needs ../shared/contracts: `npm run contracts`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import fc from 'fast-check';
import type { Connector, Delivery } from '../../core/connectors/connector';
import { jira } from '../../core/connectors/jira';
import { jiraServer } from '../../core/connectors/jira-server';
import { jiraServiceManagement } from '../../core/connectors/jira-service-management';
import type { HttpRequest } from '../../core/http';
import { PRIORITIES } from '../../core/ticket';
import { buildJiraMapping, CLOUD_AUTHORIZATION, HOSTILE_TEXT, hostileTicket } from '../helpers/jira';
import { ROOT } from '../helpers/process';
import { buildClassification, buildDecision, buildDelivery, buildTicket } from '../helpers/tickets';

interface OpenApi {
	paths: Record<string, Record<string, object> | undefined>;
	components: { schemas: Record<string, { properties: object }>; securitySchemes: Record<string, { scheme?: string }> };
}

const ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
const load = (name: string): unknown =>
	JSON.parse(readFileSync(join(ROOT, '../shared/contracts', `${name}.json`), 'utf8'));

const cloud = load('jira-cloud-openapi') as OpenApi;
const desk = load('jsm-cloud-openapi') as OpenApi;
ajv.addSchema({ $id: 'jira', components: cloud.components });
ajv.addSchema({ $id: 'jsm', components: desk.components });
const validators: Record<string, ValidateFunction> = {
	IssueUpdateDetails: ajv.compile({ $ref: 'jira#/components/schemas/IssueUpdateDetails' }),
	SearchAndReconcileRequestBean: ajv.compile({ $ref: 'jira#/components/schemas/SearchAndReconcileRequestBean' }),
	Comment: ajv.compile({ $ref: 'jira#/components/schemas/Comment' }),
	RequestCreateDTO: ajv.compile({ $ref: 'jsm#/components/schemas/RequestCreateDTO' }),
	CommentCreateDTO: ajv.compile({ $ref: 'jsm#/components/schemas/CommentCreateDTO' }),
	// Its words are the same in draft 4 and in draft 7.
	adf: ajv.compile({ ...(load('adf-schema-v1-full') as object), $schema: undefined }),
};

type Body = Record<string, unknown> & {
	body?: unknown;
	fields?: Record<string, unknown>;
	requestFieldValues?: Record<string, unknown>;
};

const wrong = (name: string, value: unknown): string[] =>
	validators[name](value) ? [] : [`not ${name}: ${ajv.errorsText(validators[name].errors?.slice(0, 1))}`];

/** Where a request departs from what its address takes; the version 2 of the API differs in the description only. */
function misfits({ url, method, headers, body }: HttpRequest): string[] {
	const { pathname } = new URL(url);
	const path = pathname
		.replace('/rest/api/2/issue', '/rest/api/3/issue')
		.replace(/(?<=\/(?:issue|request)\/)[A-Z]+-\d+(?=\/comment$)/u, '{issueIdOrKey}');
	const api = path.startsWith('/rest/servicedeskapi') ? desk : cloud;
	const sent = JSON.parse(body ?? '') as Body;
	if (!api.paths[path]?.[method.toLowerCase()]) return [`no ${method} ${pathname}`];
	return [...credentialMisfits(api, headers, pathname), ...bodyMisfits(pathname, sent), ...fieldMisfits(sent)];
}

/** The Cloud's one scheme for a token that is no OAuth's. */
function credentialMisfits(api: OpenApi, headers: Record<string, string>, path: string): string[] {
	const { scheme } = api.components.securitySchemes.basicAuth;
	const given = headers.authorization.split(' ')[0].toLowerCase();
	return path.includes('/api/2/') || given === scheme ? [] : [`${given} instead of ${String(scheme)}`];
}

function bodyMisfits(path: string, body: Body): string[] {
	if (path.endsWith('/request')) {
		const { description } = body.requestFieldValues ?? {};
		const rich = body.isAdfRequest === true ? wrong('adf', description) : textual(description);
		return [...wrong('RequestCreateDTO', body), ...rich];
	}
	if (path.endsWith('/comment')) return commentMisfits(path, body);
	if (path.endsWith('/search/jql')) return wrong('SearchAndReconcileRequestBean', body);
	const description = body.fields?.description;
	return [
		...unknownMisfits('IssueUpdateDetails', body),
		...wrong('IssueUpdateDetails', body),
		...(path.includes('/api/3/') ? wrong('adf', description) : textual(description)),
	];
}

/** For the definitions that leave open what else there is. */
function unknownMisfits(name: string, body: Body): string[] {
	const known = Object.keys(cloud.components.schemas[name].properties);
	return Object.keys(body).flatMap((field) => (known.includes(field) ? [] : [`${field} is not in ${name}`]));
}

function commentMisfits(path: string, { body, ...rest }: Body): string[] {
	if (path.includes('/request/')) return [...wrong('CommentCreateDTO', { body, ...rest }), ...textual(body)];
	const text = path.includes('/api/3/') ? wrong('adf', body) : textual(body);
	return [...unknownMisfits('Comment', { body, ...rest }), ...wrong('Comment', { body, ...rest }), ...text];
}

const textual = (description: unknown): string[] => (typeof description === 'string' ? [] : ['the text must be plain']);

/** What the definition leaves open: users by account only, and the limits of the fields. */
function fieldMisfits({ fields, requestFieldValues, body }: Body): string[] {
	// A search asks for fields by a list.
	const own = Array.isArray(fields) ? {} : { ...fields, ...requestFieldValues };
	const { reporter, summary, labels = [], description = body } = own as Record<string, unknown>;
	const account = typeof reporter === 'object' && reporter !== null && Object.keys(reporter).join() === 'accountId';
	const length = typeof description === 'string' ? description.length : JSON.stringify(description ?? '').length;
	return [
		...(reporter === undefined || account ? [] : ['the reporter must be an accountId']),
		...(summary === undefined || /^[^\r\n]{1,255}$/u.test(summary as string) ? [] : ['the summary is too long']),
		...((labels as string[]).every((label) => /^\S{1,255}$/u.test(label)) ? [] : ['a label has a space']),
		...(length <= 32_767 ? [] : ['the description is too long']),
	];
}

const mapping = buildJiraMapping({
	labels: 'it, printers',
	priority_names: { critical: 'Highest' },
	service_desk_id: '10',
	request_type_id: '25',
	raise_on_behalf_of: 'yes',
});
const requestOf = (connector: Connector, overrides: Partial<Delivery> = {}): HttpRequest =>
	connector.request(buildDelivery({ mapping, ...overrides }))!;

const commentOf = (connector: Connector, text: string): HttpRequest =>
	connector.comment!({ mapping, receipt: { externalId: 'HELP-24', externalUrl: null }, text })!;

const CONNECTORS: [string, Connector][] = [jira, jiraServer, jiraServiceManagement].map((one) => [one.system, one]);

describe.each(CONNECTORS)('%s', (_, connector) => {
	it.each(PRIORITIES)('takes a ticket of priority %s', (effectivePriority) => {
		expect(misfits(requestOf(connector, { decision: buildDecision({ effectivePriority }) }))).toEqual([]);
	});

	it.each([
		['hostile', hostileTicket()],
		['of many lines', buildTicket({ description: 'a\n'.repeat(2500) })],
		['of many paragraphs', buildTicket({ description: 'a\n\n'.repeat(1666) })],
		['of quotes', buildTicket({ description: '"\\'.repeat(2500) })],
		['beyond every limit', hostileTicket('"\\www.\n{[~'.repeat(20_000))],
		['of line breaks alone', buildTicket({ description: '\r\n\u2028\v' })],
		['that is empty', buildTicket({ description: '', title: 'x', email: '' })],
	])('takes a ticket %s', (_name, ticket) => expect(misfits(requestOf(connector, { ticket }))).toEqual([]));

	it('takes facts that are all too long', () => {
		const long = '"\\'.repeat(20_000);
		const ticket = buildTicket({ description: long, email: long, source: long });
		const decision = buildDecision({ department: long, needsReview: true });
		const overrides = { ticket, decision, note: long, moved: { system: 'jira', externalId: long } };
		const [own, classification] = [
			{ ...mapping, teamName: long },
			buildClassification({ classifier: long as 'local' }),
		];
		expect(misfits(requestOf(connector, { ...overrides, mapping: own, classification }))).toEqual([]);
	});

	it.each([HOSTILE_TEXT, 'a\n'.repeat(5000), '"\\www.\n{[~'.repeat(20_000), '\r\n\u2028', 'x'])(
		'takes the remark %#',
		(text) => {
			expect(misfits(commentOf(connector, text))).toEqual([]);
		},
	);

	it('takes any ticket, and any remark', () => {
		const moved = { system: 'zendesk', externalId: '35436' };
		const pieces = fc.constantFrom('\n', '\r\n', '\n\n', '{noformat}', '[~x]', '"', '\\', '\0', '\ud83d', 'www.', ' ');
		const text = fc
			.array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 200 })
			.map((parts) => parts.join(''));
		fc.assert(
			fc.property(text, text, (a, b) => {
				const ticket = buildTicket({ title: `x${a}`, description: b, email: a, source: b });
				expect(misfits(requestOf(connector, { ticket, moved, note: b }))).toEqual([]);
				expect(misfits(commentOf(connector, `x${a}`))).toEqual([]);
			}),
			{ numRuns: 300 },
		);
	});
});

it.each([jira, jiraServiceManagement])('the Cloud can be asked as it is by $system', ({ search }) => {
	expect(misfits(search!.request(buildDelivery({ mapping })))).toEqual([]);
	expect(misfits(search!.request(buildDelivery({ mapping, number: 2, ticketId: HOSTILE_TEXT })))).toEqual([]);
});

it.each([
	['CreatedIssue', cloud, ['key']],
	['ErrorCollection', cloud, ['errorMessages', 'errors']],
	['SearchAndReconcileResults', cloud, ['issues', 'isLast', 'nextPageToken']],
	['IssueBean', cloud, ['key', 'fields']],
	['CustomerRequestDTO', desk, ['issueKey', '_links']],
	['CustomerRequestLinkDTO', desk, ['web']],
	['ErrorResponse', desk, ['errorMessage', 'i18nErrorMessage']],
	['I18nErrorMessage', desk, ['i18nKey']],
])('%s has what is read of it', (name, { components }, fields) => {
	expect(Object.keys(components.schemas[name].properties)).toEqual(expect.arrayContaining(fields));
});

const document = { version: 1, type: 'doc', content: [] };
const site = 'https://acme.atlassian.net';

function sent(path: string, body: unknown, authorization = CLOUD_AUTHORIZATION): HttpRequest {
	return { method: 'POST', url: `${site}${path}`, headers: { authorization }, body: JSON.stringify(body) };
}

const wrongRequests: [string, HttpRequest, string][] = [
	[
		'rich text to version 2',
		sent('/rest/api/2/issue', { fields: { description: document } }),
		'the text must be plain',
	],
	[
		'plain text to version 3',
		sent('/rest/api/3/issue', { fields: { description: 'text' } }),
		'not adf: data must be object',
	],
	[
		'the reporter by e-mail',
		sent('/rest/api/3/issue', { fields: { description: document, reporter: { emailAddress: 'a@example.com' } } }),
		'the reporter must be an accountId',
	],
	[
		'Bearer for an API token',
		sent('/rest/api/3/issue', { fields: { description: document } }, 'Bearer ATATT3x'),
		'bearer instead of basic',
	],
	[
		'an empty text node',
		sent('/rest/api/3/issue', {
			fields: { description: { ...document, content: [{ type: 'paragraph', content: [{ type: 'text', text: '' }] }] } },
		}),
		'not adf: ',
	],
	['a field beside fields', sent('/rest/api/3/issue', { fields: { description: document }, labels: [] }), 'labels is'],
	[
		'labels on a customer’s request',
		sent('/rest/servicedeskapi/request', { requestFieldValues: { description: 'x' }, labels: [] }),
		'not RequestCreateDTO: data must NOT have additional properties',
	],
	['a text as comment to version 3', sent('/rest/api/3/issue/HELP-1/comment', { body: 'x' }), 'not adf: data must be'],
	[
		'a comment for nobody’s eyes',
		sent('/rest/api/3/issue/HELP-1/comment', { body: document, public: false }),
		'public is',
	],
	['rich text as comment to version 2', sent('/rest/api/2/issue/HELP-1/comment', { body: document }), 'must be plain'],
	[
		'properties of a comment on a request',
		sent('/rest/servicedeskapi/request/HELP-1/comment', { body: 'x', properties: [] }),
		'not CommentCreateDTO: data must NOT have additional properties',
	],
	['an address that does not exist', sent('/rest/api/3/issues', {}), 'no POST /rest/api/3/issues'],
	['a search with an offset', sent('/rest/api/3/search/jql', { jql: '', startAt: 0 }), 'not SearchAndReconcile'],
];

it.each(wrongRequests)('the check refuses %s', (_, request, message) => {
	expect(misfits(request)).toEqual([expect.stringContaining(message)]);
});
