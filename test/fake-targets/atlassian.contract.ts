/** What the stand-ins for Jira take and answer, against Atlassian's own definitions. Needs ../shared/contracts: `npm run contracts`. */
import fc from 'fast-check';
import type { Connector } from '../../core/connectors/connector';
import { jira } from '../../core/connectors/jira';
import { jiraServer } from '../../core/connectors/jira-server';
import { jiraServiceManagement } from '../../core/connectors/jira-service-management';
import type { HttpRequest } from '../../core/http';
import { isRecord, type JsonRecord } from '../../core/json';
import { isDocument } from '../../fake-targets/atlassian/adf';
import { createTarget } from '../../fake-targets/index';
import { sampleMapping } from '../../fake-targets/sample-mapping';
import type { FakeTarget } from '../../fake-targets/target';
import { buildDelivery, buildMapping, buildTicket } from '../helpers/tickets';
import { ask, bodyOf } from './ask';
import { documentMisfits, requestMisfits, responseMisfits } from './atlassian-definitions';

const SITE = 'http://localhost';
const CONNECTORS: Connector[] = [jira, jiraServer, jiraServiceManagement];

/** Everything a connector sends, to a site that has an issue already. */
function requestsOf(connector: Connector): HttpRequest[] {
	const sample = sampleMapping(connector.system, SITE).settings;
	const settings = { ...sample, labels: 'it', priority_names: { medium: 'High' }, raise_on_behalf_of: true };
	const mapping = buildMapping({ system: connector.system, endpoint: SITE, settings });
	const ticket = buildTicket({ description: 'It pulls two sheets.\nThen it stops.\n\nAnd again.' });
	const delivery = buildDelivery({ mapping, ticket });
	const receipt = { externalId: 'HELP-1', externalUrl: null };
	const created = connector.request(delivery)!;
	return [created, connector.search!.request(delivery), connector.comment!({ mapping, receipt, text: 'Moved\n\non' })!];
}

/** A site with the issue HELP-1. */
function siteOf({ system }: Connector): FakeTarget {
	const site = createTarget(system);
	const first = CONNECTORS.find((one) => one.system === system)!;
	const { settings } = sampleMapping(system, SITE);
	const own = 'project_key' in settings ? { ...settings, project_key: 'HELP' } : settings;
	ask(site, first.request(buildDelivery({ mapping: buildMapping({ system, endpoint: SITE, settings: own }) })));
	return site;
}

const REPLACEMENTS: unknown[] = [0, -1, 1.5, '', 'text', 'a b', true, null, [], [1], ['x'], {}, { id: '10' }];

/** A value with one thing about it changed, everywhere in turn: replaced, left out, or with something more. */
function mutations(value: unknown): unknown[] {
	const within = Array.isArray(value)
		? value.flatMap((item, i) => mutations(item).map((changed) => value.map((one, at) => (at === i ? changed : one))))
		: isRecord(value)
			? Object.entries(value).flatMap(([name, item]) => [
					...mutations(item).map((changed) => ({ ...value, [name]: changed })),
					Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)),
				])
			: [];
	const more = isRecord(value) ? [{ ...value, unknown: 'x' }] : [];
	const longer = Array.isArray(value) ? [[...value, ...value]] : [];
	return [...REPLACEMENTS, ...within, ...more, ...longer];
}

/** What is wrong with a request that was taken: by the definition, and by the form of its texts, which that leaves open. */
function misfitsOf(request: HttpRequest): string[] {
	const { pathname } = new URL(request.url);
	const { fields, requestFieldValues, body, isAdfRequest } = bodyOf(request) as Record<string, JsonRecord | undefined>;
	const text = (fields ?? requestFieldValues)?.description ?? body;
	const isRich = pathname.includes('/api/3/') || isAdfRequest !== undefined;
	const wrongText = text === undefined || text === null ? [] : isRich ? documentMisfits(text) : textMisfits(text);
	return [...requestMisfits(request), ...wrongText];
}

const textMisfits = (text: unknown): string[] => (typeof text === 'string' ? [] : ['must be a text']);

describe.each(CONNECTORS.map((connector) => [connector.system, connector] as const))('%s', (_, connector) => {
	it('takes what its connector sends, as it is defined, and answers as it is defined', () => {
		for (const request of requestsOf(connector)) {
			const response = ask(siteOf(connector), request);
			expect(response.status).toBeLessThan(300);
			expect(misfitsOf(request)).toEqual([]);
			expect(responseMisfits(request, response)).toEqual([]);
		}
	});

	it('says who is signed in as it is defined', () => {
		const [{ headers }] = requestsOf(connector);
		const request: HttpRequest = { method: 'GET', url: `${SITE}/rest/api/2/myself`, headers };
		const response = ask(siteOf(connector), request);
		expect(response.status).toBe(200);
		// Data Center has a field more: definitions are the Cloud's.
		const { deleted: _, ...self } = bodyOf(response);
		expect(responseMisfits(request, { ...response, body: JSON.stringify(self) })).toEqual([]);
	});

	it('takes nothing else that is not as defined, and refuses as it is defined', () => {
		const counts = { taken: 0, refused: 0 };
		for (const request of requestsOf(connector)) {
			const site = siteOf(connector);
			for (const body of mutations(bodyOf(request))) {
				const changed = { ...request, body: JSON.stringify(body) };
				const response = ask(site, changed);
				const misfits = response.status < 300 ? misfitsOf(changed) : [];
				expect({ body, misfits: [...misfits, ...responseMisfits(changed, response)] }).toEqual({ body, misfits: [] });
				counts[response.status < 300 ? 'taken' : 'refused'] += 1;
			}
		}
		expect(counts.taken).toBeGreaterThan(20);
		expect(counts.refused).toBeGreaterThan(200);
	});

	it('shows issues and requests as they are defined', () => {
		const site = siteOf(connector);
		const paths = ['/rest/api/2/issue/HELP-1', '/rest/api/latest/issue/HELP-1', '/rest/api/2/issue/HELP-9'];
		const desk = ['/rest/servicedeskapi/request/HELP-1', '/rest/servicedeskapi/request/HELP-9'];
		const isDesk = connector === jiraServiceManagement;
		const [{ headers }] = requestsOf(connector);
		const statuses = [...paths, ...(isDesk ? desk : [])].map((path) => {
			const request: HttpRequest = { method: 'GET', url: `${SITE}${path}`, headers };
			const response = ask(site, request);
			expect(responseMisfits(request, response)).toEqual([]);
			return response.status;
		});
		expect(statuses).toEqual(isDesk ? [200, 200, 404, 200, 404] : [200, 200, 404]);
	});

	it('refuses by address, method and kind of content as it is defined', () => {
		const [created] = requestsOf(connector);
		const { authorization: anonymous, ...headers } = created.headers;
		const wrong: HttpRequest[] = [
			{ ...created, headers },
			{ ...created, url: `${created.url}s` },
			{ ...created, method: 'PUT' },
			{ ...created, headers: { ...created.headers, 'content-type': 'text/plain' } },
			{ ...created, body: '{' },
			{ ...created, body: '[]' },
		];
		const responses = wrong.map((request) => [request, ask(siteOf(connector), request)] as const);
		expect(responses.map(([, { status }]) => status)).toEqual([401, 404, 405, 415, 400, 400]);
		expect(responses.flatMap(([request, response]) => responseMisfits(request, response))).toEqual([]);
		expect(anonymous).toMatch(/^Basic /u);
	});
});

/** Trees of the format's kinds, most of them not quite right. */
const tree = fc.letrec((tie) => ({
	node: fc.record(
		{
			type: fc.constantFrom(
				...['doc', 'paragraph', 'text', 'hardBreak', 'codeBlock', 'rule', 'bulletList', 'orderedList', 'listItem'],
				...['heading', 'blockquote', 'mention', 'panel'],
			),
			text: fc.constantFrom('a', ''),
			content: fc.array(tie('node'), { maxLength: 3 }),
			attrs: fc.constantFrom({ level: 1 }, { level: 7 }, {}),
			marks: fc.constantFrom([], [{ type: 'strong' }]),
		},
		{ requiredKeys: ['type'] },
	),
}));

describe('rich text', () => {
	const wrap = (content: unknown): unknown => ({ type: 'doc', version: 1, content });

	it('is taken only as it is defined', () => {
		const taken: unknown[] = [];
		fc.assert(
			fc.property(fc.array(tree.node, { maxLength: 2 }).map(wrap), (document) => {
				if (!isDocument(document)) return;
				taken.push(document);
				expect(documentMisfits(document)).toEqual([]);
			}),
			{ numRuns: 20_000 },
		);
		expect(taken.length).toBeGreaterThan(1000);
	});

	it('is as defined in whatever kinds are taken, each changed in every way', () => {
		const text = { type: 'text', text: 'a' };
		const paragraph = { type: 'paragraph', content: [text, { type: 'hardBreak' }, text] };
		const item = { type: 'listItem', content: [paragraph, { type: 'codeBlock', content: [text] }] };
		const document = wrap([
			paragraph,
			{ type: 'heading', attrs: { level: 2 }, content: [text] },
			{ type: 'rule' },
			{
				type: 'bulletList',
				content: [item, { type: 'listItem', content: [{ type: 'orderedList', content: [item] }] }],
			},
		]);
		const all = [document, ...mutations(document)];
		const taken = all.filter((changed) => isDocument(changed));
		expect(taken.flatMap(documentMisfits)).toEqual([]);
		expect(taken.length).toBeGreaterThan(20);
		expect(all.length - taken.length).toBeGreaterThan(300);
	});
});

it.each<[string, string, unknown]>([
	['a string as rich text', '/rest/api/3/issue', { fields: { description: 'text' } }],
	['rich text as a string', '/rest/api/2/issue', { fields: { description: { type: 'doc', version: 1, content: [] } } }],
	['a search with an offset', '/rest/api/3/search/jql', { jql: 'a', startAt: 0 }],
	['labels on a request', '/rest/servicedeskapi/request', { labels: [] }],
	['a comment that is no text', '/rest/servicedeskapi/request/HELP-1/comment', { body: {} }],
	['an address that is none', '/rest/api/3/issues', {}],
])('the check refuses %s', (_, path, body) => {
	const request: HttpRequest = { method: 'POST', url: `${SITE}${path}`, headers: {}, body: JSON.stringify(body) };
	expect(misfitsOf(request)).not.toEqual([]);
});

it('the check refuses answers that are none', () => {
	const [created] = requestsOf(jira);
	const answer = (status: number, body: unknown) =>
		responseMisfits(created, { status, headers: {}, body: JSON.stringify(body) });
	expect(answer(201, { key: 1 })).not.toEqual([]);
	expect(answer(200, { key: 'HELP-1' })).toEqual(['200 is not in the definition']);
	expect(answer(400, { message: 'no' })).not.toEqual([]);
});
