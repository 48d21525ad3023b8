import { forgetOldKeys } from '../../../service/store/idempotency-keys';
import { findTicket } from '../../../service/store/tickets';
import { holdBack } from '../../helpers/hold-back';
import { eventually, startService, validBody, type Answer, type RunningService } from '../../helpers/service';

const OPS = { 'x-api-key': 'correct-horse-battery' };
const N8N = { 'x-api-key': 'staple-and-more-words' };

let app: RunningService;
beforeAll(async () => {
	app = await startService({ TRIAGE_API_KEYS: `ops:${OPS['x-api-key']},n8n:${N8N['x-api-key']}` });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => app.close());

let made = 0;
const newKey = (): string => `key-${(made += 1)}`;

const submit = (body: unknown, headers: Record<string, string>): Promise<Answer> =>
	app.submit(body, { ...OPS, ...headers });
const submitMany = (tickets: unknown[], headers: Record<string, string>): Promise<Answer> =>
	app.call('POST', '/webhook/tickets', { body: { tickets }, headers: { ...OPS, ...headers } });

const isReplayed = ({ headers }: Answer): boolean => headers.get('idempotent-replayed') === 'true';
const idsIn = ({ json }: Answer): unknown[] => (json.results as { ticket_id?: string }[]).map((one) => one.ticket_id);

async function stored(title: string): Promise<number> {
	const [{ count }] = (await app.service.knex('ticket_logs').where({ title }).count({ count: '*' })) as {
		count: number | string;
	}[];
	return Number(count);
}

describe('a request with a key', () => {
	it('is answered with the ticket that it made the first time', async () => {
		const body = validBody({ title: newKey() });
		const key = { 'Idempotency-Key': newKey() };
		const first = await submit(body, key);
		const again = await submit(body, key);
		expect([first.status, again.status]).toEqual([200, 200]);
		expect(again.json).toEqual(first.json);
		expect([isReplayed(first), isReplayed(again)]).toEqual([false, true]);
		expect(await stored(String(body.title))).toBe(1);
	});

	it('is the same however its JSON was written', async () => {
		const title = newKey();
		const key = newKey();
		const first = await submit(validBody({ title, metadata: { a: 1, b: { c: [], d: null } } }), {
			'Idempotency-Key': key,
		});
		const { description, email } = validBody();
		const again = await submit(
			{ metadata: { b: { d: null, c: [] }, a: 1 }, priority: 'medium', email, description, title: ` ${title}\n` },
			{ 'Idempotency-Key': `"${key}"` },
		);
		expect(again.json.ticket_id).toBe(first.json.ticket_id);
		expect(isReplayed(again)).toBe(true);
	});

	it('with another body is refused, and nothing is stored', async () => {
		const [title, key] = [newKey(), { 'Idempotency-Key': newKey() }];
		await submit(validBody(), key);
		const { status, json, headers } = await submit(validBody({ title }), key);
		expect(status).toBe(422);
		expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
		expect(json.detail).toContain('under a new key');
		expect(await stored(title)).toBe(0);
	});

	it('of another caller is another request', async () => {
		const key = { 'Idempotency-Key': newKey() };
		const [ours, theirs] = [await submit(validBody(), key), await submit(validBody(), { ...N8N, ...key })];
		expect(theirs.status).toBe(200);
		expect(theirs.json.ticket_id).not.toBe(ours.json.ticket_id);
	});

	it('is answered with the ticket as it stands by then', async () => {
		const [body, key] = [validBody(), { 'Idempotency-Key': newKey() }];
		const first = await submit(body, { ...key, prefer: 'respond-async' });
		expect([first.status, first.json.status]).toEqual([202, 'received']);
		const again = await submit(body, key);
		expect([again.status, again.json.status]).toEqual([200, 'routed']);
		expect(again.json.ticket_id).toBe(first.json.ticket_id);
		expect(again.headers.get('location')).toBeNull();
	});

	it('is not waited for where it was settled since it was read', async () => {
		const { json } = await submit(validBody(), {});
		const record = (await findTicket(app.service.knex, String(json.ticket_id)))!;
		const { pipeline } = app.service;
		const asRead = [{ ...record, status: 'received' } as const, record];
		const settled = await Promise.all(asRead.map((one) => pipeline.settled(one, 600_000)));
		expect(settled).toEqual([record, record]);
	});

	it('that was refused has not used up its key', async () => {
		const key = { 'Idempotency-Key': newKey() };
		expect((await submit(validBody({ email: 'ana' }), key)).status).toBe(422);
		const right = await submit(validBody(), key);
		expect([right.status, isReplayed(right)]).toEqual([200, false]);
	});

	it('that could not be stored has not used up its key', async () => {
		const [body, key] = [validBody({ title: newKey() }), { 'Idempotency-Key': newKey() }];
		jest.spyOn(app.service.pipeline, 'accept').mockRejectedValueOnce(new Error('the disk is full'));
		const lost = await submit(body, key);
		expect([lost.status, lost.headers.get('retry-after')]).toEqual([503, '5']);
		const again = await submit(body, key);
		expect([again.status, isReplayed(again)]).toEqual([200, false]);
		expect(await stored(String(body.title))).toBe(1);
	});
});

describe('the key', () => {
	it.each([
		['nothing', '', ['must not be empty']],
		['nothing in quotes', '""', ['must not be empty']],
		['256 characters', 'k'.repeat(256), ['must have at most 255 characters']],
		['an umlaut', 'schlüssel', ['must have printable ASCII characters only']],
		['a tab', 'a\tb', ['must have printable ASCII characters only']],
		['too much of it', 'ü'.repeat(256), [expect.stringContaining('255'), expect.stringContaining('ASCII')]],
	])('may not be %s', async (_name, key, messages) => {
		for (const field of ['Idempotency-Key', 'webhook-id']) {
			const { status, json } = await submit(validBody(), { [field]: key });
			expect(status).toBe(400);
			expect(json.errors).toEqual(messages.map((message) => ({ field, message: message as unknown })));
		}
	});

	it('may have 255 characters', async () => {
		expect((await submit(validBody(), { 'Idempotency-Key': 'k'.repeat(255) })).status).toBe(200);
	});

	it('of a signed delivery is its webhook-id', async () => {
		const [body, id] = [validBody(), { 'webhook-id': newKey() }];
		const first = await submit(body, { ...id, 'webhook-timestamp': '1790000000', 'webhook-signature': 'v1,x' });
		const again = await submit(body, { ...id, 'webhook-timestamp': '1790000009', 'webhook-signature': 'v1,y' });
		expect(again.json).toEqual(first.json);
		expect(isReplayed(again)).toBe(true);
	});

	it('that is given on purpose goes before the webhook-id', async () => {
		const [body, key] = [validBody(), newKey()];
		const first = await submit(body, { 'Idempotency-Key': key, 'webhook-id': newKey() });
		const again = await submit(body, { 'Idempotency-Key': key, 'webhook-id': newKey() });
		expect(again.json.ticket_id).toBe(first.json.ticket_id);
	});

	it('is kept for a day, and what is older is forgotten in parts', async () => {
		const { knex } = app.service;
		const [body, young, old] = [validBody(), newKey(), newKey()];
		const ofYoung = await submit(body, { 'Idempotency-Key': young });
		const ofOld = await submit(body, { 'Idempotency-Key': old });
		const dayAgo = Date.now() - 24 * 3_600_000;
		await knex('idempotency_keys').where({ key: old }).update({ created_at: dayAgo });
		const rows = Array.from({ length: 600 }, (_, item) => {
			return { caller: 'ops', key: 'many', item, fingerprint: '', ticket_id: '', created_at: dayAgo - item };
		});
		await knex.batchInsert('idempotency_keys', rows, 100);
		expect(await forgetOldKeys(knex, dayAgo + 24 * 3_600_000 + 1)).toBe(true);
		expect(await knex('idempotency_keys').where({ key: 'many' })).toHaveLength(100);
		expect(await forgetOldKeys(knex, dayAgo + 24 * 3_600_000 + 1)).toBe(false);
		expect(await knex('idempotency_keys').whereIn('key', ['many', old])).toEqual([]);
		const again = await submit(body, { 'Idempotency-Key': young });
		const afresh = await submit(body, { 'Idempotency-Key': old });
		expect(again.json.ticket_id).toBe(ofYoung.json.ticket_id);
		expect([isReplayed(afresh), afresh.json.ticket_id === ofOld.json.ticket_id]).toEqual([false, false]);
	});
});

describe('at the same time', () => {
	it('the second is told to come again while the first is being stored', async () => {
		const { stopped, goOn } = holdBack(app);
		const [body, key] = [validBody({ title: newKey() }), { 'Idempotency-Key': newKey() }];
		const first = submit(body, key);
		await stopped;
		const second = await submit(body, key);
		expect([second.status, second.headers.get('retry-after')]).toEqual([409, '1']);
		goOn();
		const third = await submit(body, key);
		const ended = await first;
		expect([ended.status, third.status === 409 || third.json.ticket_id === ended.json.ticket_id]).toEqual([200, true]);
		expect((await submit(body, key)).json).toEqual(ended.json);
		expect(await stored(String(body.title))).toBe(1);
	});

	it('who finds the key taken when it comes to storing gets the ticket that is there, and its neighbours are stored', async () => {
		const { pipeline } = app.service;
		const accept = pipeline.accept.bind(pipeline);
		const [body, key] = [validBody({ title: newKey() }), { 'Idempotency-Key': newKey() }];
		jest.spyOn(pipeline, 'accept').mockImplementation(async (...args) => {
			if (args[0].title === body.title) await accept(...args);
			return accept(...args);
		});
		const late = submit(body, key);
		const neighbours = Array.from({ length: 20 }, () => submit(validBody(), { 'Idempotency-Key': newKey() }));
		const answer = await late;
		expect([answer.status, isReplayed(answer)]).toEqual([200, true]);
		expect((await Promise.all(neighbours)).map((one) => one.status)).toEqual(neighbours.map(() => 200));
		expect(await stored(String(body.title))).toBe(1);
	});

	it('fifty clients with one key make one ticket', async () => {
		const [body, key] = [validBody({ title: newKey() }), { 'Idempotency-Key': newKey() }];
		const insist = (): Promise<Answer> =>
			eventually(async () => {
				const answer = await submit(body, key);
				return answer.status === 409 ? undefined : answer;
			}, 'an answer');
		const answers = await Promise.all(Array.from({ length: 50 }, insist));
		expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
		expect(new Set(answers.map(({ json }) => json.ticket_id)).size).toBe(1);
		expect(answers.filter((answer) => !isReplayed(answer))).toHaveLength(1);
		expect(await stored(String(body.title))).toBe(1);
	});
});

describe('many tickets with one key', () => {
	const tickets = (title: string): unknown[] => [
		...Array.from({ length: 5 }, () => validBody({ title })),
		{ title },
		...Array.from({ length: 250 }, () => validBody({ title })),
	];

	it('are the same tickets the second time, in order', async () => {
		const [title, key] = [newKey(), { 'Idempotency-Key': newKey() }];
		const first = await submitMany(tickets(title), key);
		const again = await submitMany(tickets(title), key);
		expect([first.status, again.status]).toEqual([200, 200]);
		expect([isReplayed(first), isReplayed(again)]).toEqual([false, true]);
		expect(again.json).toEqual(first.json);
		expect(idsIn(first).filter((id) => id !== undefined)).toHaveLength(255);
		expect((again.json.results as { status: unknown }[])[5].status).toBe(422);
		expect(await stored(title)).toBe(255);
	});

	it('are made up for where the first request did not get through all of them', async () => {
		const [title, key] = [newKey(), { 'Idempotency-Key': newKey() }];
		const { pipeline } = app.service;
		const accept = pipeline.accept.bind(pipeline);
		jest.spyOn(pipeline, 'accept').mockImplementation(async (...args) => {
			if ((args[2]?.item ?? 0) >= 100) throw new Error('the disk is full');
			return accept(...args);
		});
		const first = await submitMany(tickets(title), key);
		expect(await stored(title)).toBe(100);
		jest.restoreAllMocks();
		const again = await submitMany(tickets(title), key);
		expect(idsIn(again).slice(0, 101)).toEqual(idsIn(first).slice(0, 101));
		expect(new Set(idsIn(again)).size).toBe(256);
		expect([again.status, await stored(title)]).toEqual([200, 255]);
	});

	it('are refused as a whole where the key came with others', async () => {
		const [title, key] = [newKey(), { 'Idempotency-Key': newKey() }];
		await submitMany([validBody()], key);
		for (const others of [[validBody({ title })], [validBody(), validBody({ title })], [1, validBody()]]) {
			expect((await submitMany(others, key)).status).toBe(422);
		}
		expect((await submit(validBody(), key)).status).toBe(422);
		expect(await stored(title)).toBe(0);
	});

	it('that are none at all use no key', async () => {
		const key = { 'Idempotency-Key': newKey() };
		expect((await submitMany([1, 2], key)).json.results).toHaveLength(2);
		expect((await submitMany([validBody()], key)).status).toBe(200);
	});

	it('are answered 202 at once where that is preferred', async () => {
		const key = { 'Idempotency-Key': newKey(), prefer: 'respond-async' };
		const first = await submitMany([validBody(), validBody()], key);
		expect(first.status).toBe(202);
		expect(idsIn(await submitMany([validBody(), validBody()], key))).toEqual(idsIn(first));
	});
});
