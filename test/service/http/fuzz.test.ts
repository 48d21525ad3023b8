import fc from 'fast-check';
import { openApiDocument } from '../../../service/http/openapi';
import { CONNECTORS } from '../../../core/connectors';
import { openWire, type Wire } from '../../helpers/exact-http';
import { startLocalServer, type LocalServer } from '../../helpers/local-server';
import { answerCheck, operationsOf, type OpenApi, type Operation, type WireAnswer } from '../../helpers/openapi';
import { requestsTo, type FuzzRequest } from '../../helpers/openapi-requests';
import { CANARY, createValues } from '../../helpers/openapi-values';
import { eventually, startService, validBody, type RunningService } from '../../helpers/service';

/** Requests to each operation; more are made with FUZZ_RUNS. FUZZ_SEED, as a failure shows it, makes the same ones again. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 60);
const SEED = process.env.FUZZ_SEED === undefined ? {} : { seed: Number(process.env.FUZZ_SEED) };
const KEY = 'a-key-of-the-fuzzer';
/** Errors in the log that are the target's. */
const EXPECTED = ['ticket failed', 'call failed'];

const document = openApiDocument('0.0.0-test', true) as unknown as OpenApi;
const operations = operationsOf(document);
const problemOf = answerCheck(document);

let target: LocalServer;
let app: RunningService;
let wire: Wire;
/** The last that were made: some of them may be gone. */
const ids: Record<string, string[]> = { tickets: [], mappings: [], subscriptions: [] };
const MOST_KNOWN = 5;
const seen = new Set<string>();

beforeAll(async () => {
	target = await startLocalServer(({ path }) => ({
		status: path.startsWith('/broken') ? 500 : path.startsWith('/refuses') ? 400 : 200,
		body: path.startsWith('/strange') ? `${CANARY}<html>\u0000` : { id: 'REF-1' },
	}));
	app = await startService({
		...{ TRIAGE_API_KEYS: `fuzz:${KEY}`, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', SYNC_WAIT_MS: '50' },
		...{ RATE_LIMIT_PER_MINUTE: '0', RETRY_MAX_ATTEMPTS: '2' },
	});
	wire = openWire(app.url);
});
afterAll(async () => {
	wire.close();
	await app.close();
	await target.close();
});

/** Values that mean something, so that requests get further than to the first check. The target's port is not known yet. */
const TARGET = 'http://127.0.0.1:1';
const address = fc.constantFrom(
	...['ok', 'broken', 'refuses', 'strange'].map((path) => `${TARGET}/${path}`),
	'',
	'http://[::',
	'${X}',
);
const values = createValues(document, {
	department: fc.constantFrom('IT', 'hr', 'Finance', 'General', 'Nobody'),
	system: fc.constantFrom('inbox', 'http', 'http', ...Object.keys(CONNECTORS)),
	api_endpoint: address,
	api_method: fc.constantFrom('POST', 'put', null, 'TRACE'),
	api_headers: fc.constantFrom({}, null, { 'X-Team': 'a' }, { authorization: 'Bearer ${X}' }, { 'a b': 'c' }),
	settings: fc.oneof(fc.constantFrom({}, null, { project: 'IT' }), fc.dictionary(fc.string(), fc.jsonValue())),
	url: address,
	cursor: fc.nat({ max: 50 }).map(String),
	secret: fc.constantFrom(null, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '${SECRET}', 'whsec_short'),
});

/** Valid by the document and yet refused at times, for what a schema cannot say. */
const MEANS_MORE = /^(POST|PUT) \/(mappings|subscriptions)|id}\/(correct|retry)$/;
/** What is wrong with one ticket of many is said in its place. */
const EACH_ON_ITS_OWN = 'POST /webhook/tickets';

async function send(operation: Operation, { id, query, headers, body }: FuzzRequest): Promise<WireAnswer> {
	const kind = /mappings|subscriptions/.exec(operation.path)?.[0] ?? 'tickets';
	const known = ids[kind];
	const chosen = typeof id === 'string' ? id : (known[id % Math.max(1, known.length)] ?? '1');
	const path = operation.path.replace('{id}', chosen) + query;
	const text = typeof body === 'string' ? body.replaceAll(TARGET, target.url) : body;
	const authorization: Record<string, string> =
		headers['x-api-key'] === undefined ? { authorization: `Bearer ${KEY}` } : {};
	const answer = await wire.send({
		method: operation.method,
		path,
		headers: { ...authorization, ...headers },
		body: text,
	});
	const created = /^\/(mappings|subscriptions|webhook\/ticket)\/([^/]+)$/.exec(String(answer.headers.location));
	if (created) know(created[1] === 'webhook/ticket' ? 'tickets' : created[1], created[2]);
	seen.add(`${operation.name} ${answer.status}`);
	return answer;
}

function know(kind: string, id: string): void {
	ids[kind] = [id, ...ids[kind]].slice(0, MOST_KNOWN);
}

const asked = async (method: string, path: string, body?: unknown) =>
	(await app.call(method, path, { body, headers: { 'x-api-key': KEY } })).json;

/** A mapping, a subscription and a ticket that failed, and nothing that an earlier operation left in their way. */
async function refill(): Promise<void> {
	for (const kind of ['mappings', 'subscriptions']) {
		const rows = (await asked('GET', `/${kind}`))[kind] as { id: number }[];
		for (const { id } of rows) await asked('DELETE', `/${kind}/${id}`);
	}
	const mapping = { system: 'http', department: 'Legal', api_endpoint: `${target.url}/refuses` };
	know('mappings', String((await asked('POST', '/mappings', mapping)).id));
	know('mappings', String((await asked('POST', '/mappings', { ...mapping, api_endpoint: `${target.url}/ok` })).id));
	const subscription = { url: `${target.url}/ok`, events: ['settled'] };
	know('subscriptions', String((await asked('POST', '/subscriptions', subscription)).id));
	const ticket = String((await asked('POST', '/webhook/ticket', validBody({ email: 'kept@example.com' }))).ticket_id);
	know('tickets', ticket);
	const ends = async (status: string) =>
		(await asked('GET', `/webhook/ticket/${ticket}`)).status === status || undefined;
	await eventually(() => ends('needs_review').then(async (is) => is ?? (await ends('routed'))), 'a settled ticket');
	await asked('POST', `/tickets/${ticket}/correct`, { department: 'Legal' });
	await eventually(() => ends('failed'), 'a failed ticket');
}

function expectAsDeclared(operation: Operation, kind: FuzzRequest['kind'], answer: WireAnswer): void {
	expect(problemOf(operation, answer)).toBeNull();
	expect(answer.status).toBeLessThanOrEqual(operation.path.endsWith('/test') ? 502 : 499);
	const isTaken = answer.status < 300;
	if (kind === 'valid' && !MEANS_MORE.test(operation.name) && answer.status !== 404) {
		expect([answer.text, isTaken]).toEqual([answer.text, true]);
	}
	if (kind !== 'broken' || !isTaken) return;
	expect([operation.name, answer.text]).toEqual([EACH_ON_ITS_OWN, expect.stringContaining('"errors"')]);
}

describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (_name, operation) => {
	beforeAll(refill);

	it('answers whatever comes as its document says', async () => {
		await fc.assert(
			fc.asyncProperty(requestsTo(operation, values), async (request) => {
				expectAsDeclared(operation, request.kind, await send(operation, request));
			}),
			{ numRuns: RUNS, endOnFailure: true, ...SEED },
		);
	});
});

it('requests to all operations, many at the same time', async () => {
	const any = fc
		.constantFrom(...operations)
		.chain((operation) => requestsTo(operation, values).map((request) => ({ operation, request })));
	await fc.assert(
		fc.asyncProperty(fc.array(any, { minLength: 2, maxLength: 12 }), async (requests) => {
			const answers = await Promise.all(requests.map(({ operation, request }) => send(operation, request)));
			answers.forEach((answer, i) => expectAsDeclared(requests[i].operation, requests[i].request.kind, answer));
		}),
		{ numRuns: RUNS, endOnFailure: true, ...SEED },
	);
});

describe('afterwards', () => {
	it('every operation was answered with success, and every one that reads a body refused some', () => {
		const without = operations.filter(
			({ name }) => !['200', '201', '202', '204'].some((status) => seen.has(`${name} ${status}`)),
		);
		expect(without.map(({ name }) => name)).toEqual([]);
		const lenient = operations.filter(({ name, body }) => body && !seen.has(`${name} 422`));
		expect(lenient.map(({ name }) => name)).toEqual([]);
	});

	it('the service is alive and well, and works', async () => {
		expect((await app.call('GET', '/livez')).text).toBe('ok');
		const authorization = `Bearer ${KEY}`;
		const { mappings } = (await app.call('GET', '/mappings', { headers: { authorization } })).json as {
			mappings: { id: number }[];
		};
		for (const { id } of mappings) await app.call('DELETE', `/mappings/${id}`, { headers: { authorization } });
		const { status } = await app.submit(validBody(), { authorization });
		expect([200, 202]).toContain(status);
		expect((await app.call('GET', '/health')).status).toBe(200);
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	});

	it('nothing hostile is in the log or the metrics, and no bug', async () => {
		const isBug = ({ level, msg, status }: Record<string, unknown>): boolean =>
			Number(level) >= 50 && !EXPECTED.includes(String(msg)) && status !== 502;
		const complaints = app.logs.filter(isBug);
		expect(complaints).toEqual([]);
		expect(app.logs.filter((line) => JSON.stringify(line).includes(CANARY))).toEqual([]);
		const metrics = await app.call('GET', '/metrics', { headers: { 'x-api-key': KEY } });
		expect(metrics.text).toContain('process_cpu');
		expect(metrics.text).not.toContain(CANARY);
	});
});
