import type { IDataObject } from 'n8n-workflow';
import { startFakeGemini, type FakeGemini, type FakeGeminiOptions } from '../../fake-gemini/server';
import { loadPackage, type Case, type Package } from '../helpers/n8n';

const VPN = 'The VPN client on my laptop disconnects and asks for my password again';
const QUICK: FakeGeminiOptions = { latencyMs: 5, perTicketMs: 0 };

let pack: Package;
let gemini: FakeGemini;

beforeAll(async () => {
	pack = await loadPackage();
});

afterEach(async () => {
	await gemini.close();
});

async function triage(items: IDataObject[], parameters: Case['parameters'] = {}, more: Partial<Case> = {}) {
	const credentials = { triageGeminiApi: { baseUrl: gemini.url, apiKey: 'fake' } };
	const wanted = { engine: 'gemini', threshold: 0.2, simplify: false, ...parameters };
	return await pack.run({ node: 'ticketTriage', items, credentials, parameters: wanted, ...more });
}

const tickets = (count: number) =>
	Array.from({ length: count }, (_, n) => ({ n, title: `VPN ${n}`, description: VPN }));
/** What the node says of each item that left by the first output. */
const triagesOf = (json: IDataObject[][]) => json[0].map((item) => item.triage as IDataObject);
const sizes = () => gemini.requests.map((request) => request.tickets);

test('ten tickets share a request, in order, each with its share of the tokens', async () => {
	gemini = await startFakeGemini(QUICK);
	const { json, outputs, error } = await triage(tickets(25));
	expect(error).toBeUndefined();
	expect(sizes()).toEqual([10, 10, 5]);
	expect(json[0].map(({ n }) => n)).toEqual(tickets(25).map(({ n }) => n));
	expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(tickets(25).map(({ n }) => ({ item: n })));
	const tokens = triagesOf(json).map(({ tokens: used }) => (used as { input: number }).input);
	expect(tokens.reduce((sum, one) => sum + one, 0)).toBe(
		gemini.requests.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
	);
});

test('batch size and concurrency can be set', async () => {
	gemini = await startFakeGemini({ latencyMs: 30, perTicketMs: 0 });
	await triage(tickets(12), { options: { batchSize: 4, concurrency: 1 } });
	expect(sizes()).toEqual([4, 4, 4]);
	const starts = gemini.requests.map(({ at }) => at);
	expect(starts[1] - starts[0]).toBeGreaterThanOrEqual(29);
	expect(starts[2] - starts[1]).toBeGreaterThanOrEqual(29);
});

test('tickets with other departments or another model go by another request', async () => {
	gemini = await startFakeGemini(QUICK);
	const lists = [['Sales', 'IT'], [{ name: 'Design', description: 'Logos', examples: ['The logo is blurred'] }]];
	const items = tickets(8).map((ticket) => ({
		...ticket,
		list: lists[ticket.n % 2],
		model: ticket.n < 4 ? 'gemini-3.1-flash-lite' : 'gemini-3.5-flash',
	}));
	const parameters = { departmentSource: 'json', departmentsJson: '={{ $json.list }}', model: '={{ $json.model }}' };
	const { json, error } = await triage(items, parameters);
	expect(error).toBeUndefined();
	expect(sizes()).toEqual([2, 2, 2, 2]);
	expect(triagesOf(json).map(({ model }) => model)).toEqual(items.map(({ model }) => model));
	const examples = gemini.requests.filter(({ body }) => body.includes('The logo is blurred'));
	expect(examples).toHaveLength(2);
});

test.each([
	['garbage', [3, 1, 1, 1]],
	['missing_id', [3, 1]],
	['blocked', [3, 1, 1, 1]],
	['invented_department', [3, 1]],
] as const)('what a batch spoils is asked alone: %s', async (fault, expected) => {
	gemini = await startFakeGemini(QUICK);
	gemini.next(fault);
	const { json, error } = await triage(tickets(3));
	expect(error).toBeUndefined();
	expect(sizes()).toEqual(expected);
	expect(json[0]).toMatchObject([{ n: 0 }, { n: 1 }, { n: 2 }]);
	expect(triagesOf(json).map(({ classifier }) => classifier)).toEqual(['gemini', 'gemini', 'gemini']);
});

test('a ticket that is spoilt alone too is the only one that fails', async () => {
	gemini = await startFakeGemini(QUICK);
	gemini.next('garbage', 'blocked', null);
	const { json } = await triage(tickets(3), { outputs: 'perDepartment' }, { onError: 'continueRegularOutput' });
	expect(json[0].map(({ n }) => n)).toEqual([1, 2]);
	expect(json.slice(1, 7).flat()).toEqual([]);
	expect(json[7]).toEqual([{ ...tickets(1)[0], error: expect.stringContaining('it blocked the ticket') as string }]);
});

test('429s are waited out together: nothing is asked before the time that Gemini gave', async () => {
	gemini = await startFakeGemini({ ...QUICK, retryDelaySeconds: 1 });
	gemini.next('rate_limited');
	const { json, error } = await triage(tickets(20), { options: { concurrency: 1 } });
	expect(error).toBeUndefined();
	expect(json[0]).toHaveLength(20);
	expect(sizes()).toEqual([10, 10, 10]);
	expect(gemini.early).toBe(0);
	expect(gemini.requests[1].at - gemini.requests[0].at).toBeGreaterThanOrEqual(1000);
});

test('longer than Maximum Wait nobody waits, and nobody is asked in that time', async () => {
	gemini = await startFakeGemini({ ...QUICK, retryDelaySeconds: 50 });
	gemini.next('rate_limited');
	const { json } = await triage(
		tickets(12),
		{ options: { concurrency: 1, maximumWait: 49 } },
		{ onError: 'continueErrorOutput' },
	);
	expect(json[0]).toEqual([]);
	expect(json[1].map(({ n }) => n)).toEqual(tickets(12).map(({ n }) => n));
	expect(json[1][11].error).toContain('429');
	expect(sizes()).toEqual([10]);
});

test('cancelling ends the waiting, and nothing is asked or passed on any more', async () => {
	let cancel = (): void => undefined;
	gemini = await startFakeGemini({
		...QUICK,
		retryDelaySeconds: 3000,
		onAnswered: () => setImmediate(() => cancel()),
	});
	gemini.setRates({ rate_limited: 1 });
	const onStart: Case['onStart'] = (end) => (cancel = end);
	const settings = { onError: 'continueRegularOutput', onStart } as const;
	const ran = await triage(tickets(30), { options: { maximumWait: 3600 } }, settings);
	expect(ran.run.status).toBe('canceled');
	expect(gemini.requests.length).toBeLessThanOrEqual(3);
});

test('with Stop Workflow the first refusal ends the waiting of all others', async () => {
	gemini = await startFakeGemini({ ...QUICK, retryDelaySeconds: 3000 });
	gemini.next('rate_limited', 'forbidden');
	const { error } = await triage(tickets(20), { options: { maximumWait: 3600 } });
	expect(error?.message).toContain('Gemini answered 403');
	expect(gemini.requests).toHaveLength(2);
});

test.each([
	[true, false],
	[false, true],
])('redaction %s: the number of a card goes to Gemini: %s', async (redact, sent) => {
	gemini = await startFakeGemini(QUICK);
	const items = [{ title: 'Card refused', description: 'My card 4111 1111 1111 1111 and ana@example.com' }];
	const { error } = await triage(items, { options: { redact } });
	expect(error).toBeUndefined();
	expect(gemini.requests[0].body.includes('4111 1111 1111 1111')).toBe(sent);
	expect(gemini.requests[0].body.includes('ana@example.com')).toBe(sent);
});
