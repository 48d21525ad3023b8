import type { IDataObject } from 'n8n-workflow';
import { startLocalServer, type Answer, type LocalServer, type Recorded } from '../helpers/local-server';
import { loadPackage, type Case, type Package } from '../helpers/n8n';
import { startService, type RunningService } from '../helpers/service';

const TICKET = {
	title: 'VPN drops every ten minutes',
	description: 'Since this morning the VPN client on my laptop disconnects and asks for my password again.',
	email: 'ana@example.com',
};

let pack: Package;
let service: RunningService | undefined;
let server: LocalServer | undefined;

beforeAll(async () => {
	pack = await loadPackage();
});

afterEach(async () => {
	await service?.close();
	await server?.close();
	[service, server] = [undefined, undefined];
});

async function triage(items: IDataObject[], parameters: Case['parameters'] = {}, more: Partial<Case> = {}) {
	const credentials = {
		triageServiceApi: { url: `${service?.url ?? server?.url}/docs/`, apiKey: 'a-key-of-20-letters!' },
	};
	const wanted = { engine: 'service', simplify: false, ...parameters };
	return await pack.run({ node: 'ticketTriage', items, credentials, parameters: wanted, ...more });
}

describe('with the running service', () => {
	beforeEach(async () => {
		service = await startService({ TRIAGE_API_KEYS: 'n8n:a-key-of-20-letters!' });
	});

	test('it keeps the ticket, and the result has the shape of the other engines', async () => {
		const { json, error } = await triage([TICKET]);
		expect(error).toBeUndefined();
		const result = json[0][0].triage as IDataObject;
		expect(result).toMatchObject({
			department: 'IT',
			needs_review: false,
			effective_priority: 'medium',
			classifier: 'local',
			priority: 'medium',
			language: 'en',
			classified_as: 'IT',
			tokens: { input: 0, output: 0 },
			status: 'routed',
		});
		const id = String(result.ticket_id);
		const { json: kept } = await service!.call('GET', `/webhook/ticket/${id}`, {
			headers: { 'x-api-key': 'a-key-of-20-letters!' },
		});
		expect(kept).toMatchObject({ ticket_id: id, title: TICKET.title, confidence_score: result.confidence });
	});

	test('Simplify leaves the number under which the service knows the ticket', async () => {
		const { json } = await triage([TICKET], { simplify: true });
		expect(Object.keys(json[0][0].triage as IDataObject).sort()).toEqual(
			'classifier confidence department effective_priority needs_review reasoning status ticket_id'.split(' '),
		);
	});

	test('an item with an id of its own that runs again is the same ticket', async () => {
		const idOf = async (more: IDataObject): Promise<unknown> => {
			const { json } = await triage([{ ...TICKET, ticket_id: `CASE-${'7'.repeat(90)}`, ...more }]);
			return (json[0][0].triage as IDataObject).ticket_id;
		};
		const first = await idOf({});
		expect(first).toMatch(/^TKT-/u);
		expect(await idOf({})).toBe(first);
		expect(await idOf({ priority: 'high' })).not.toBe(first);
	});

	test('outputs by department, and a ticket without an address is refused before it is sent', async () => {
		const items = [
			{ id: 1, ...TICKET, email: '' },
			{ id: 2, ...TICKET },
		];
		const { json } = await triage(items, { outputs: 'perDepartment' }, { onError: 'continueRegularOutput' });
		expect(json[0].map(({ id }) => id)).toEqual([2]);
		expect(json[7].map(({ id }) => id)).toEqual([1]);
		expect(json[7][0].error).toContain('email must not be empty');
	});

	test('a wrong key is an error with a way out', async () => {
		const wrong = { triageServiceApi: { url: service!.url, apiKey: 'wrong' } };
		const { error } = await triage([TICKET], {}, { credentials: wrong });
		expect(error?.message).toMatch(/^The triage service answered 401 .*\[item 0\]$/u);
		expect(error?.description).toContain('in the credential');
	});
});

/** A service that settles a ticket after so many looks; what a test puts first is answered first. */
async function startSlow(looks: number, ...first: Answer[]): Promise<LocalServer> {
	const ticket = { ticket_id: 'TKT-1', department: 'HR', needs_review: false, effective_priority: 'high' };
	let left = looks;
	return await startLocalServer(({ method }: Recorded): Answer => {
		const answer = first.shift();
		if (answer) return answer;
		if (method === 'POST') return { status: 202, body: { ...ticket, status: 'received' } };
		left -= 1;
		return { body: { ...ticket, status: left <= 0 ? 'routed' : 'classified' } };
	});
}

const paths = () => server?.requests.map(({ method, path }) => `${method} ${path}`);

test('a service that is at work is looked at until it is done', async () => {
	server = await startSlow(2);
	const { json, error } = await triage([TICKET]);
	expect(error).toBeUndefined();
	expect(json[0][0].triage).toMatchObject({ department: 'HR', effective_priority: 'high', status: 'routed' });
	expect(paths()).toEqual(['POST /webhook/ticket', 'GET /webhook/ticket/TKT-1', 'GET /webhook/ticket/TKT-1']);
	expect(JSON.parse(server.requests[0].body)).toMatchObject({ ...TICKET, priority: 'medium' });
});

test('a look that fails is no reason to give the ticket up, and it is not sent twice', async () => {
	server = await startSlow(1, { status: 202, body: { ticket_id: 'TKT-1', status: 'received' } }, { status: 500 });
	const { json } = await triage([TICKET]);
	expect(json[0][0].triage).toMatchObject({ ticket_id: 'TKT-1', department: 'HR' });
	expect(paths()?.filter((path) => path.startsWith('POST'))).toHaveLength(1);
});

test('after Maximum Wait the error has the number of the ticket', async () => {
	server = await startSlow(1000);
	const { error } = await triage([TICKET], { options: { maximumWait: 1 } });
	expect(error?.message).toMatch(
		/has taken the ticket as TKT-1 and is still at work on it after 1 seconds: .*\[item 0\]/u,
	);
});

test.each([
	['could not store the ticket', 503],
	['is still storing it', 409],
])('a service that %s is asked again when it says', async (_, status) => {
	server = await startSlow(1, { status, headers: { 'retry-after': '1' } });
	const { json } = await triage([TICKET]);
	expect(json[0][0].triage).toMatchObject({ ticket_id: 'TKT-1' });
	expect(paths()?.filter((path) => path.startsWith('POST'))).toHaveLength(2);
});

test('a ticket that reached no system goes to a person', async () => {
	const body = {
		ticket_id: 'TKT-1',
		status: 'failed',
		department: 'IT',
		needs_review: false,
		error_message: 'Jira: 400',
	};
	server = await startSlow(1, { body });
	const { json } = await triage([TICKET], { outputs: 'perDepartment' });
	expect(json.slice(0, 7).flat()).toEqual([]);
	expect(json[7][0].triage).toMatchObject({ needs_review: true, status: 'failed', reasons: ['Jira: 400'] });
});

test.each([
	[
		'a refusal with its fields',
		{ status: 422, body: { detail: 'No', errors: [{ field: 'title', message: 'is odd' }] } },
		'No; title is odd',
	],
	['a page', { body: '<html>' }, 'without a ticket'],
])('%s is an error, sent once', async (_, answer, message) => {
	server = await startSlow(1, answer);
	const { error } = await triage([TICKET]);
	expect(error?.message).toContain(message);
	expect(server.requests).toHaveLength(1);
});

test('without a credential the error names the one to choose', async () => {
	server = await startSlow(1);
	const { error } = await triage([TICKET], {}, { credentials: {} });
	expect(`${error?.message} ${error?.description}`).toContain('a credential for the triage service');
});
