import type { Socket } from 'node:net';
import type { IDataObject } from 'n8n-workflow';
import { answerText, startFaultyServer, type FaultyServer } from '../helpers/faulty-server';
import { loadPackage, type Case, type Package } from '../helpers/n8n';

let pack: Package;
let server: FaultyServer;

beforeAll(async () => {
	pack = await loadPackage();
});

afterEach(() => server.close());

const ITEMS = [1, 2, 3].map((n) => ({
	ticket_id: `TKT-${n}`,
	title: `VPN ${n}`,
	description: 'It drops every ten minutes',
	email: 'ana@example.com',
	triage: { department: 'IT', needs_review: false },
}));

/** Answers and hangs up; resolves when the client has taken it. */
async function answer(socket: Socket, status: number, body: unknown, headers: Record<string, string> = {}) {
	const closed = new Promise((resolve) => socket.once('close', resolve));
	socket.end(answerText(status, JSON.stringify(body), headers));
	await closed;
}

/** What a server does with a request, and where it is time to cancel: after so many requests. */
interface Moment {
	answer(socket: Socket, count: number): Promise<unknown>;
	after: number;
}

const hangs: Moment = { answer: async () => await Promise.resolve(), after: 1 };
const asksToWait: Moment = { answer: (socket) => answer(socket, 429, {}, { 'retry-after': '3000' }), after: 1 };
const isAtWork: Moment = {
	answer: (socket, count) => answer(socket, count === 1 ? 202 : 200, { ticket_id: 'TKT-1', status: 'received' }),
	after: 2,
};

type Setting = Pick<Case, 'node' | 'parameters' | 'credentials'>;
type At = (url: string) => Setting;

const options = { maximumWait: 3600 };
const service = (url: string): Case['credentials'] => ({ triageServiceApi: { url, apiKey: 'k' } });
const toHttp: At = (url) => ({
	node: 'routeTicket',
	parameters: { options, mappings: { mapping: [{ department: 'IT', system: 'http', url }] } },
});
const toJira: At = (url) => ({
	node: 'routeTicket',
	parameters: {
		options,
		systems: ['jira_server'],
		mappings: { mapping: [{ department: 'IT', system: 'jira_server', projectKey: 'HELP' }] },
	},
	credentials: { triageJiraServerApi: { url, token: 't' } },
});
const toService: At = (url) => ({
	node: 'routeTicket',
	parameters: { options: { ...options, lookForExisting: false }, mappingSource: 'service' },
	credentials: service(url),
});
const byGemini: At = (url) => ({
	node: 'ticketTriage',
	parameters: { engine: 'gemini', outputs: 'perDepartment', options: { ...options, batchSize: 1, concurrency: 1 } },
	credentials: { triageGeminiApi: { baseUrl: url, apiKey: 'k' } },
});
const byCascade: At = (url) => ({
	...byGemini(url),
	parameters: { ...byGemini(url).parameters, engine: 'cascade', title: 'x', description: 'x', ticketFields: 'defined' },
});
const byService: At = (url) => ({
	node: 'ticketTriage',
	parameters: { engine: 'service', options: { ...options, concurrency: 1 } },
	credentials: service(url),
});

const SITUATIONS: [string, At, Moment][] = [
	['Route Ticket while a request hangs', toHttp, hangs],
	['Route Ticket while a search hangs', toJira, hangs],
	['Route Ticket while the service hangs', toService, hangs],
	['Route Ticket while it waits out a 429', toHttp, asksToWait],
	['Route Ticket while it waits out a 429 of a search', toJira, asksToWait],
	['Route Ticket while it waits out a 429 of the service', toService, asksToWait],
	['Route Ticket while the service settles a ticket', toService, isAtWork],
	['Ticket Triage while Gemini hangs', byGemini, hangs],
	['Ticket Triage while Gemini hangs that a cascade asks', byCascade, hangs],
	['Ticket Triage while it waits out a 429', byGemini, asksToWait],
	['Ticket Triage while the service hangs', byService, hangs],
	['Ticket Triage while it waits out a 429 of the service', byService, asksToWait],
	['Ticket Triage while the service settles a ticket', byService, isAtWork],
];

const SETTINGS: [string, Partial<Case>][] = [
	['Stop Workflow', {}],
	['Retry On Fail', { settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } }],
	['Continue', { onError: 'continueRegularOutput' }],
	['Continue (using error output)', { onError: 'continueErrorOutput' }],
];

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

/** Runs until the server has seen that many requests and its client has what it gives; then cancels. */
async function runUntil(at: At, moment: Moment, more: Partial<Case>) {
	let cancel = (): void => undefined;
	server = await startFaultyServer({
		onRequest: (socket, count) => {
			void moment.answer(socket, count).then(() => count === moment.after && setImmediate(() => cancel()));
		},
	});
	const before = timers();
	const items: IDataObject[] = ITEMS;
	const ran = await pack.run({ ...at(server.url), items, ...more, onStart: (end) => (cancel = end) });
	return { ...ran, timersLeft: timers() - before };
}

describe.each(SITUATIONS)('cancelling %s', (_, at, moment) => {
	test.each(SETTINGS)('with %s ends it as canceled, and leaves nothing behind', async (__, more) => {
		const { run, error, timersLeft } = await runUntil(at, moment, more);
		expect(run.status).toBe('canceled');
		expect(error?.message).toBe('The execution was canceled');
		expect(timersLeft).toBeLessThanOrEqual(0);
		await server.idle();
		expect(server.requests).toHaveLength(moment.after);
	});
});
