import { createHmac, randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { loadPackage, type Package } from '../helpers/n8n';
import { startTrigger, type RunningTrigger } from '../helpers/n8n-trigger';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const SHORT = `whsec_${randomBytes(23).toString('base64')}`;
const EVENT = {
	type: 'ticket.settled',
	timestamp: '2026-11-22T16:36:52.320Z',
	data: { ticket_id: 'TKT-1', title: 'Prüfung „VPN“ \u2028 1e2', confidence_score: 0.9, needs_review: false },
};
const BODY = JSON.stringify(EVENT);

let pack: Package;
let trigger: RunningTrigger;

beforeAll(async () => {
	pack = await loadPackage();
	trigger = await startTrigger(pack, {});
});
beforeEach(() => {
	trigger.started.length = 0;
	keepSecret(SECRET);
});
afterAll(async () => await trigger.close());

function keepSecret(secret: unknown): void {
	trigger.keep({ subscription: { id: 1, secret: secret as string, url: trigger.addressOf('live'), mark: '(live)' } });
}

const now = () => Math.floor(Date.now() / 1000);

interface Delivery {
	body: string | Buffer;
	headers: Record<string, string>;
}

/** A valid one; each test breaks one thing. */
function delivery({
	secret = SECRET,
	id = 'evt_1',
	timestamp = String(now()),
	body = BODY as string | Buffer,
} = {}): Delivery {
	const key = Buffer.from(secret.replace(/^whsec_/u, ''), 'base64');
	const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
	const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
	return { body, headers: { 'content-type': 'application/json', ...headers } };
}

async function post({ body, headers }: Delivery): Promise<number> {
	return (await fetch(trigger.addressOf('live'), { method: 'POST', body: body as string, headers })).status;
}

/** With other headers; undefined removes one. */
function withHeaders(changes: Record<string, string | undefined>, given = delivery()): Delivery {
	const headers = Object.entries({ ...given.headers, ...changes }).filter(([, value]) => value !== undefined);
	return { ...given, headers: Object.fromEntries(headers) as Record<string, string> };
}

async function expectRefused(given: Delivery): Promise<void> {
	expect(await post(given)).toBe(401);
	expect(trigger.started).toEqual([]);
}

const signatureOf = (given: Delivery): string => given.headers['webhook-signature'];

describe('starts the workflow', () => {
	test.each<[string, () => Delivery]>([
		['with what is signed', () => delivery()],
		[
			'with several signatures, of which one fits',
			() => {
				const stale = signatureOf(delivery({ secret: SHORT }));
				return withHeaders({ 'webhook-signature': `v1a,AAAA ${stale} ${signatureOf(delivery())}` });
			},
		],
		['four minutes early', () => delivery({ timestamp: String(now() + 240) })],
		['four minutes late', () => delivery({ timestamp: String(now() - 240) })],
		['whatever the content is called', () => withHeaders({ 'content-type': 'text/plain' })],
		['written in another way', () => delivery({ body: JSON.stringify(EVENT, null, '\t').replace('0.9', '9.0e-1') })],
	])('%s', async (_, make) => {
		expect(await post(make())).toBe(200);
		expect(trigger.started).toMatchObject([
			{ json: { event: { id: 'evt_1', type: EVENT.type, timestamp: EVENT.timestamp }, ...EVENT.data } },
		]);
	});

	test('each time it comes, with the same id', async () => {
		const given = delivery();
		expect([await post(given), await post(given)]).toEqual([200, 200]);
		expect(trigger.started.map(({ json }) => json.event)).toMatchObject([{ id: 'evt_1' }, { id: 'evt_1' }]);
	});
});

describe('answers 401 and starts nothing', () => {
	test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s', async (name) => {
		await expectRefused(withHeaders({ [name]: undefined }));
		await expectRefused(withHeaders({ [name]: '' }));
	});

	test.each<[string, () => Delivery]>([
		['six minutes old', () => delivery({ timestamp: String(now() - 360) })],
		['from six minutes ahead', () => delivery({ timestamp: String(now() + 360) })],
		['a time that is none', () => delivery({ timestamp: 'NaN' })],
		['a time in milliseconds', () => delivery({ timestamp: String(Date.now()) })],
		['another id', () => withHeaders({ 'webhook-id': 'evt_2' })],
		['another time', () => withHeaders({ 'webhook-timestamp': String(now() - 1) })],
		['an id with a full stop', () => delivery({ id: 'evt.1' })],
		['parsed and written again', () => ({ ...delivery({ body: BODY.replace('0.9', '0.90') }), body: BODY })],
		['a key of somebody else', () => delivery({ secret: `whsec_${randomBytes(32).toString('base64')}` })],
		['another version', () => withHeaders({ 'webhook-signature': signatureOf(delivery()).replace('v1,', 'v2,') })],
		['a signature without version', () => withHeaders({ 'webhook-signature': signatureOf(delivery()).slice(3) })],
		['a signature cut off', () => withHeaders({ 'webhook-signature': signatureOf(delivery()).slice(0, -1) })],
		[
			'signatures with commas between',
			() => withHeaders({ 'webhook-signature': `v1,AAAA,${signatureOf(delivery())}` }),
		],
		['no body', () => ({ ...delivery(), body: '' })],
		['anything at all', () => ({ body: BODY, headers: {} })],
	])('%s', async (_, make) => await expectRefused(make()));

	test.each<[string, unknown]>([
		['blank', ''],
		['a prefix alone', 'whsec_'],
		['missing', undefined],
		['short', SHORT],
		['without prefix', SECRET.slice('whsec_'.length)],
		['masked', '•••'],
		['a list', [SECRET]],
	])('with a secret that is %s, also where it was signed by it', async (_, secret) => {
		keepSecret(secret);
		await expectRefused(delivery({ secret: String(secret ?? '') }));
	});

	test('where nothing is kept', async () => {
		trigger.keep({});
		await expectRefused(delivery());
		await expectRefused(delivery({ secret: '' }));
	});

	test('with any byte changed, also those that read as the same text', async () => {
		const invalid = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
		const same = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xfe]), Buffer.from('"}')]);
		expect(invalid.toString('utf8')).toBe(same.toString('utf8'));
		await expectRefused({ ...delivery({ body: invalid }), body: same });
		const bytes = Buffer.from(BODY);
		const places = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
		await fc.assert(
			fc.asyncProperty(places, async ([at, change]) => {
				const changed = Buffer.from(bytes);
				changed[at] ^= change;
				await expectRefused({ ...delivery(), body: changed });
			}),
			{ numRuns: 60 },
		);
	});
});

test.each(['no JSON', '[]', '{"type":"ticket.settled"}', '{"data":{}}'])('signed, but no event: %s', async (body) => {
	expect(await post(delivery({ body }))).toBe(422);
	expect(trigger.started).toEqual([]);
});
