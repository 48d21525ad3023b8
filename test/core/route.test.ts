import { TriageError } from '../../core/errors';
import type { HttpRequest, HttpResponse, Send } from '../../core/http';
import type { Mapping } from '../../core/mapping';
import { comment, findDelivered, route } from '../../core/route';
import { CONNECTORS } from '../../core/connectors';
import { sampleMapping } from '../../fake-targets/sample-mapping';
import { buildJiraMapping, MARKER } from '../helpers/jira';
import { buildDelivery, buildMapping, buildResponse, PROTOTYPE_NAMES, rejectionOf } from '../helpers/tickets';

function answering(response: Partial<HttpResponse>): { send: Send; sent: HttpRequest[] } {
	const sent: HttpRequest[] = [];
	const send: Send = async (request) => {
		sent.push(request);
		return buildResponse(response);
	};
	return { send, sent };
}

test('the connector’s request is sent once, and its receipt is read', async () => {
	const { send, sent } = answering({ status: 201, body: '{"id":7}' });
	expect(await route(buildDelivery(), send)).toEqual({ externalId: '7', externalUrl: null });
	expect(sent).toHaveLength(1);
	expect(sent[0]).toMatchObject({ method: 'POST', url: 'https://desk.example.com/tickets' });
});

test('what stays in the inbox is not sent', async () => {
	const { send, sent } = answering({});
	const delivery = buildDelivery({ mapping: buildMapping({ system: 'inbox' }) });
	expect(await route(delivery, send)).toEqual({ externalId: null, externalUrl: null });
	expect(sent).toEqual([]);
});

test.each([
	[302, 'rejected'],
	[400, 'rejected'],
	[401, 'auth'],
	[429, 'rate_limited'],
	[503, 'unavailable'],
])('an answer of %i is an error', async (status, code) => {
	const { send } = answering({ status, headers: { 'retry-after': '9' }, body: '{"message":"not today"}' });
	const error = await rejectionOf(route(buildDelivery(), send));
	expect(error).toMatchObject({ code, status, retryAfter: 9 });
	expect(error.message).toContain('http answered');
	expect(error.message).toContain('not today');
});

test.each([200, 201, 202, 204, 299])('an answer of %i is a yes', async (status) => {
	expect(await route(buildDelivery(), answering({ status }).send)).toEqual({ externalId: null, externalUrl: null });
});

test('no answer stays the error it is', async () => {
	const silence = new TriageError('unavailable', 'No answer', { retryable: true });
	expect(await rejectionOf(route(buildDelivery(), () => Promise.reject(silence)))).toBe(silence);
});

test.each(['', 'jirra', 'HTTP', ...PROTOTYPE_NAMES])('there is no connector for %j', async (system) => {
	const { send, sent } = answering({});
	const error = await rejectionOf(route(buildDelivery({ mapping: buildMapping({ system }) }), send));
	expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
	expect(error.message).toContain('inbox, http');
	expect(sent).toEqual([]);
});

test('until when to wait is reckoned from when the answer came, where there is a clock', async () => {
	let now = 0;
	const send: Send = async () => {
		now = Date.UTC(2026, 9, 21, 7, 28, 0);
		return buildResponse({ status: 503, headers: { 'retry-after': 'Wed, 21 Oct 2026 07:29:00 GMT' } });
	};
	expect(await rejectionOf(route(buildDelivery(), send, () => now))).toMatchObject({ retryAfter: 60 });
	expect((await rejectionOf(route(buildDelivery(), send))).retryAfter).toBeUndefined();
});

const inJira = buildDelivery({ mapping: buildJiraMapping() });

function mappingOf(system: string): Mapping {
	const { api_endpoint: endpoint, settings } = sampleMapping(system, 'https://desk.example.com');
	return buildMapping({ system, endpoint, settings });
}

test.each([
	['a yes without a ticket', { status: 200, body: '<html>' }, { code: 'unreadable', inDoubt: true, retryable: false }],
	['a broken gateway', { status: 502 }, { code: 'unavailable', inDoubt: true, retryable: true }],
	['a closed one', { status: 503 }, { code: 'unavailable', inDoubt: false, retryable: true }],
	['a refusal', { status: 400 }, { code: 'rejected', inDoubt: false }],
	['a refusal in disguise', { status: 200, body: '{"errorMessages":["No"]}' }, { code: 'rejected', inDoubt: false }],
])('whether the ticket has arrived all the same, after %s', async (_, response, error) => {
	expect(await rejectionOf(route(inJira, answering(response).send))).toMatchObject(error);
});

describe('a page for people', () => {
	const PAGES = {
		'a log-in': '<!DOCTYPE html>\n<html><head><title>Log in</title></head></html>',
		'a short one': '<html>',
		'one with a mark and blanks before it': '\uFEFF \r\n\t<!doctype   HTML>',
		'one with attributes': '<HTML lang="de">',
	};
	const remark = { mapping: inJira.mapping, receipt: { externalId: 'HELP-7', externalUrl: null }, text: 'Moved.' };
	const read = { code: 'unreadable', retryable: false, status: 200 };

	test.each(Object.entries(PAGES))('%s is no yes: whether the ticket arrived is not known', async (_, body) => {
		for (const system of Object.keys(CONNECTORS).filter((name) => name !== 'inbox')) {
			const mapping = mappingOf(system);
			const error = await rejectionOf(route(buildDelivery({ mapping }), answering({ body }).send));
			expect(error).toMatchObject({ ...read, inDoubt: true });
			expect(error.message).toMatch(new RegExp(`^${system} answered 200 with a web page: check that`, 'u'));
		}
	});

	test.each(Object.entries(PAGES))('%s says nothing of what is there, nor that a note was taken', async (_, body) => {
		expect(await rejectionOf(findDelivered(inJira, answering({ body }).send))).toMatchObject(read);
		expect(await rejectionOf(comment(remark, answering({ body }).send))).toMatchObject(read);
	});

	test.each(['{"id":7,"note":"<html>"}', '<ticket id="7"/>', '<htmlx>', 'see <html>', '"<html>"'])(
		'%j is none',
		async (body) => {
			expect(await route(buildDelivery(), answering({ body }).send)).toMatchObject({ externalUrl: null });
		},
	);

	test('that comes with a no is explained by its status', async () => {
		const { send } = answering({ status: 404, body: PAGES['a log-in'] });
		expect(await rejectionOf(route(inJira, send))).toMatchObject({ code: 'not_found', inDoubt: false });
	});
});

test('what goes wrong before anything is sent leaves no doubt', async () => {
	const { send, sent } = answering({});
	const nowhere = buildDelivery({ mapping: buildJiraMapping({}, { endpoint: '${JIRA_API_URL}' }) });
	expect(await rejectionOf(route(nowhere, send))).toMatchObject({ code: 'misconfigured', inDoubt: false });
	expect(sent).toEqual([]);
});

test('a bug in a receipt stays the bug it is', async () => {
	const spy = jest.spyOn(CONNECTORS.http, 'receipt').mockImplementation(() => {
		throw new RangeError('bug');
	});
	await expect(route(buildDelivery(), answering({}).send)).rejects.toBeInstanceOf(RangeError);
	spy.mockRestore();
});

test('a connector may say what an answer means whose status misleads, whatever was sent', async () => {
	const refusal = new TriageError('rate_limited', 'Not now', { retryable: true, inDoubt: true });
	const means = ({ status }: HttpResponse): TriageError | null => (status === 200 ? refusal : null);
	const replaced = jest.replaceProperty(CONNECTORS, 'jira', { ...CONNECTORS.jira, refusal: means });
	const { send } = answering({ body: '{"key":"HELP-7","issues":[]}' });
	const remark = { mapping: inJira.mapping, receipt: { externalId: 'HELP-7', externalUrl: null }, text: 'Moved.' };
	for (const outcome of [route(inJira, send), findDelivered(inJira, send), comment(remark, send)]) {
		expect(await rejectionOf(outcome)).toBe(refusal);
	}
	expect(await rejectionOf(route(inJira, answering({ status: 401 }).send))).toMatchObject({ code: 'auth' });
	replaced.restore();
});

describe('asking for a delivery made before', () => {
	test('sends the question and reads what was found', async () => {
		const { send, sent } = answering({ body: '{"issues":[{"key":"HELP-7"}]}' });
		expect(await findDelivered(inJira, send)).toMatchObject({ externalId: 'HELP-7' });
		expect(sent).toHaveLength(1);
		expect(sent[0].body).toContain(MARKER);
		expect(await findDelivered(inJira, answering({ body: '{"issues":[]}' }).send)).toBeNull();
	});

	test('never takes silence or a refusal for nothing found', async () => {
		const refused = answering({ status: 429, headers: { 'retry-after': 'Thu, 01 Jan 1970 00:00:09 GMT' } });
		expect(await rejectionOf(findDelivered(inJira, refused.send, () => 0))).toMatchObject({
			code: 'rate_limited',
			retryAfter: 9,
		});
		const unreadable = await rejectionOf(findDelivered(inJira, answering({ body: '<html>' }).send));
		expect(unreadable).toMatchObject({ code: 'unreadable', inDoubt: false });
	});

	test('is refused where the system cannot be asked', async () => {
		const { send, sent } = answering({});
		const error = await rejectionOf(findDelivered(buildDelivery(), send));
		expect(error).toMatchObject({ code: 'misconfigured', message: 'http cannot be asked for a ticket' });
		expect(sent).toEqual([]);
	});
});

describe('a note on a delivered ticket', () => {
	const receipt = { externalId: 'HELP-7', externalUrl: null };
	const remarkTo = (mapping: Mapping) => ({ mapping, receipt, text: 'Moved.' });

	test('is sent where the system takes it', async () => {
		const { send, sent } = answering({ status: 201, body: '{"id":"1"}' });
		expect(await comment(remarkTo(buildJiraMapping()), send)).toBe(true);
		expect(sent.map(({ url }) => url)).toEqual(['https://acme.atlassian.net/rest/api/3/issue/HELP-7/comment']);
	});

	test.each(['inbox', 'http'])('is not sent to %s, which takes none', async (system) => {
		const { send, sent } = answering({});
		expect(await comment(remarkTo(buildMapping({ system })), send)).toBe(false);
		expect(sent).toEqual([]);
	});

	test('is not sent where the mapping takes none', async () => {
		const spy = jest.spyOn(CONNECTORS.jira, 'comment').mockReturnValue(null);
		const { send, sent } = answering({});
		expect(await comment(remarkTo(buildJiraMapping()), send)).toBe(false);
		expect(sent).toEqual([]);
		spy.mockRestore();
	});

	test('that is refused is an error with the system’s own words', async () => {
		const { send } = answering({ status: 404, body: '{"errorMessages":["Issue does not exist"]}' });
		const error = await rejectionOf(comment(remarkTo(buildJiraMapping()), send));
		expect(error).toMatchObject({ code: 'not_found', status: 404 });
		expect(error.message).toContain('Issue does not exist');
	});

	test('needs a system there is', async () => {
		const nowhere = comment(remarkTo(buildMapping({ system: 'smtp' })), answering({}).send);
		expect((await rejectionOf(nowhere)).code).toBe('misconfigured');
	});
});
