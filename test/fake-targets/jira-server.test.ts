import { jiraServer } from '../../core/connectors/jira-server';
import type { HttpRequest } from '../../core/http';
import { createJiraServer, SERVER_LOGIN } from '../../fake-targets/jira-server';
import { hostileTicket } from '../helpers/jira';
import { buildDelivery, buildMapping } from '../helpers/tickets';
import { ask, bodyOf, delivered, lookedFor, withBody, withHeaders } from './ask';

const SITE = 'http://jira.example';
const { username, password, token } = SERVER_LOGIN;
const settings = { username, password, project_key: 'HELP' };
const mapping = buildMapping({ system: 'jira_server', endpoint: SITE, settings });
const delivery = buildDelivery({ mapping });
const valid = jiraServer.request(delivery)!;
const { fields } = bodyOf(valid) as { fields: Record<string, unknown> };
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const answerTo = (request: HttpRequest) => {
	const site = createJiraServer();
	const { status, headers, body } = ask(site, request);
	return { status, headers, text: body, body: bodyOf({ body }), held: site.tickets.length };
};

it.each([
	['a password', settings],
	['a personal access token', { api_token: token, project_key: 'HELP' }],
])('takes, finds and comments a delivery by %s', (_, own) => {
	const site = createJiraServer();
	const ours = buildDelivery({ mapping: { ...mapping, settings: own }, ticket: hostileTicket() });
	const receipt = delivered(site, jiraServer, ours);
	expect(receipt).toEqual({ externalId: 'HELP-1', externalUrl: `${SITE}/browse/HELP-1` });
	expect(lookedFor(site, jiraServer, ours)).toEqual(receipt);
	expect(lookedFor(site, jiraServer, { ...ours, number: 2 })).toBeNull();
	expect(ask(site, jiraServer.comment!({ mapping: ours.mapping, receipt, text: 'Moved' })).status).toBe(201);
	expect(site.tickets).toMatchObject([{ id: 'HELP-1', ticketId: ours.ticketId }]);
	expect(site.tickets[0].comments).toEqual([expect.stringContaining('Moved')]);
});

it('is found only after a while where its index lags', () => {
	let now = 0;
	const site = createJiraServer({ indexLagMs: 10, now: () => now });
	delivered(site, jiraServer, delivery);
	expect(lookedFor(site, jiraServer, delivery)).toBeNull();
	now = 10;
	expect(lookedFor(site, jiraServer, delivery)).not.toBeNull();
});

it.each([
	['a wrong password', basic(`${username}:x`)],
	['another user', basic(`x:${password}`)],
	['a token as password', basic(`${username}:${token}`)],
	['a wrong token', 'Bearer x'],
])('refuses %s with a page', (_, authorization) => {
	const refused = answerTo(withHeaders(valid, { authorization }));
	expect(refused).toMatchObject({
		...{ status: 401, held: 0, text: expect.stringMatching(/^<html>/u) },
		headers: { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED', 'content-type': 'text/html;charset=UTF-8' },
	});
	const { status, headers, text } = refused;
	expect(jiraServer.explanation({ status, headers, body: text })).toBe('');
});

it('refuses whoever does not say who', () => {
	const { authorization: _, ...headers } = valid.headers;
	const message = 'You do not have permission to create issues in this project.';
	expect(answerTo({ ...valid, headers })).toMatchObject({ status: 401, body: { errorMessages: [message] } });
});

it('refuses a browser that does not say that it means it', () => {
	expect(answerTo(withHeaders(valid, { 'user-agent': 'Mozilla/5.0' }))).toMatchObject({ status: 403, held: 0 });
});

it.each([
	[
		'rich text, as the predecessor sent it',
		{ description: { type: 'doc', version: 1, content: [] } },
		{ description: 'Operation value must be a string' },
	],
	[
		'the reporter by e-mail, as the predecessor sent it',
		{ reporter: { emailAddress: 'ana@example.com' } },
		{ reporter: 'Specify a valid value for reporter' },
	],
	['an unknown project', { project: { key: 'NOPE' } }, { project: 'valid project is required' }],
	['an unknown type', { issuetype: { name: 'Epic' } }, { issuetype: 'valid issue type is required' }],
	['a summary too long', { summary: 'x'.repeat(256) }, { summary: 'Summary must be less than 255 characters.' }],
	['a label with a space', { labels: ['a b'] }, { labels: "The label 'a b' contains spaces which is invalid." }],
])('refuses %s', (_, change, errors) => {
	const refused = answerTo(withBody(valid, { fields: { ...fields, ...change } }));
	expect(refused).toMatchObject({ status: 400, body: { errorMessages: [], errors }, held: 0 });
});

it('takes its reporter by name', () => {
	const named = withBody(valid, { fields: { ...fields, reporter: { name: 'bot' } } });
	expect(answerTo(named)).toMatchObject({ status: 201, held: 1 });
});

it.each(['/rest/api/3/issue', '/rest/api/3/search/jql', '/rest/api/2/search/jql'])('has no %s', (path) => {
	expect(answerTo({ ...valid, url: `${SITE}${path}` }).status).toBe(404);
});
