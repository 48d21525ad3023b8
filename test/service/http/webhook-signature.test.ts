import { createHmac, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { parseWebhookSecrets } from '../../../service/http/webhook-secrets';
import { startService, validBody, type RunningService } from '../../helpers/service';

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const [SECRET, NEXT, STRANGE] = [newSecret(), newSecret(), newSecret()];
const KEY = 'correct-horse-battery';

let app: RunningService;
beforeAll(async () => {
	app = await startService({ WEBHOOK_SECRET: `${SECRET} ${NEXT}`, TRIAGE_API_KEYS: `ops:${KEY}` });
});
afterAll(() => app.close());

const now = (): number => Math.floor(Date.now() / 1000);
let count = 0;

interface Parts {
	secret?: string;
	timestamp?: number;
	body?: string;
	id?: string;
}

/** A valid delivery; each test breaks one thing. */
function signed({ secret = SECRET, timestamp = now(), body = JSON.stringify(validBody()), id }: Parts = {}) {
	const name = id ?? `msg_${(count += 1)}`;
	const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
	const signature = createHmac('sha256', key).update(`${name}.${timestamp}.${body}`).digest('base64');
	const headers: Record<string, string> = {
		'content-type': 'application/json',
		'webhook-id': name,
		'webhook-timestamp': String(timestamp),
		'webhook-signature': `v1,${signature}`,
	};
	return { body, headers };
}

const post = (options: { body: unknown; headers: Record<string, string> }, path = '/webhook/ticket') =>
	app.call('POST', path, options);

describe('a signature opens', () => {
	it.each([
		['by the first secret', () => signed()],
		['by the next one, while they change', () => signed({ secret: NEXT })],
		['four minutes late', () => signed({ timestamp: now() - 240 })],
	])('%s', async (_, make) => {
		const { status, json } = await post(make());
		expect([status, json.department]).toEqual([200, 'IT']);
		expect(app.logs).toContainEqual(expect.objectContaining({ msg: 'request', caller: 'webhook' }));
	});

	it('among others that do not fit', async () => {
		const { body, headers } = signed();
		const several = `v1,AAAA v1a,BBBB ${headers['webhook-signature']}`;
		expect((await post({ body, headers: { ...headers, 'webhook-signature': several } })).status).toBe(200);
	});

	it('many tickets', async () => {
		const body = JSON.stringify({ tickets: [validBody(), {}] });
		expect((await post(signed({ body }), '/webhook/tickets')).status).toBe(200);
	});

	it('what is compressed on its way', async () => {
		const { body, headers } = signed();
		const response = await fetch(`${app.url}/webhook/ticket`, {
			method: 'POST',
			headers: { ...headers, 'content-encoding': 'gzip' },
			body: gzipSync(body),
		});
		expect(response.status).toBe(200);
	});

	it('once: sent again, the same ticket is answered', async () => {
		const delivery = signed();
		const [first, second] = [await post(delivery), await post(delivery)];
		expect(second.json.ticket_id).toBe(first.json.ticket_id);
		expect(second.headers.get('idempotent-replayed')).toBe('true');
	});

	it.each(['/webhook/ticket', '/webhook/tickets'])(
		'once, whatever a header says that is not signed: %s',
		async (path) => {
			const { body, headers } = signed({
				body: JSON.stringify(path.endsWith('s') ? { tickets: [validBody()] } : validBody()),
			});
			const answers = [];
			for (const name of ['one', 'two', 'three']) {
				answers.push(await post({ body, headers: { ...headers, 'idempotency-key': name } }, path));
			}
			expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
			expect(answers.map((answer) => answer.headers.get('idempotent-replayed'))).toEqual([null, 'true', 'true']);
		},
	);
});

describe('401, and no ticket', () => {
	const total = async (): Promise<number> => Number((await app.service.knex('ticket_logs').count({ n: '*' }))[0].n);

	it.each<[string, () => ReturnType<typeof signed>]>([
		['a strange secret', () => signed({ secret: STRANGE })],
		['six minutes old', () => signed({ timestamp: now() - 360 })],
		['another body', () => ({ ...signed(), body: JSON.stringify(validBody({ title: 'Another one' })) })],
		['a space more', () => ({ ...signed(), body: `${JSON.stringify(validBody())} ` })],
		['a body that is no JSON', () => ({ ...signed({ secret: STRANGE }), body: '{' })],
		['an empty body', () => ({ ...signed({ secret: STRANGE }), body: '' })],
		['no time', () => ({ ...signed(), headers: { ...signed().headers, 'webhook-timestamp': '' } })],
		['no id', () => ({ ...signed(), headers: { ...signed().headers, 'webhook-id': '' } })],
		['an empty signature', () => ({ ...signed(), headers: { ...signed().headers, 'webhook-signature': 'v1,' } })],
		['no signature', () => ({ body: '{}', headers: {} })],
	])('%s', async (_, make) => {
		const before = await total();
		const { status, headers } = await post(make());
		expect(status).toBe(401);
		expect(headers.get('www-authenticate')).toBe('Bearer');
		expect(await total()).toBe(before);
	});

	it('is logged under nobody’s name', async () => {
		app.logs.length = 0;
		expect((await post(signed({ secret: STRANGE }))).status).toBe(401);
		expect(app.logs).toContainEqual(expect.objectContaining({ msg: 'request', status: 401 }));
		expect(app.logs.filter((line) => 'caller' in line)).toEqual([]);
	});

	it('a wrong key, whatever the signature', async () => {
		const { body, headers } = signed();
		expect((await post({ body, headers: { ...headers, 'x-api-key': 'a-key-that-is-not-known' } })).status).toBe(401);
	});
});

it('a signature opens nothing but new tickets', async () => {
	for (const [method, path] of [
		['GET', '/tickets'],
		['GET', '/webhook/ticket/TKT-1'],
		['POST', '/tickets/retry'],
		['POST', '/mappings'],
	]) {
		const { headers } = signed({ body: '' });
		const body = method === 'POST' ? '{}' : undefined;
		const { status } = await app.call(method, path, { headers, body });
		expect([path, status]).toEqual([path, 401]);
	}
});

it('with secrets alone nobody gets in without one', async () => {
	const closed = await startService({ WEBHOOK_SECRET: SECRET });
	try {
		expect((await closed.submit(validBody())).status).toBe(401);
		expect((await closed.call('GET', '/tickets')).status).toBe(401);
		expect((await closed.call('POST', '/webhook/ticket', signed())).status).toBe(200);
	} finally {
		await closed.close();
	}
});

describe('secrets', () => {
	it('are separated by spaces, commas or lines', () => {
		const problems: string[] = [];
		const secrets = parseWebhookSecrets(`${SECRET} ${NEXT},\n${STRANGE}\n`, (problem) => problems.push(problem));
		expect(secrets).toEqual([SECRET, NEXT, STRANGE]);
		expect(problems).toEqual([]);
	});

	it.each(['whsec_', 'secret', SECRET.slice('whsec_'.length), `whsec_${randomBytes(23).toString('base64')}`])(
		'are refused where they are none, and not said in clear: %s',
		(text) => {
			const problems: string[] = [];
			parseWebhookSecrets(`${NEXT} ${text}`, (problem) => problems.push(problem));
			expect(problems).toEqual(['secret 2 is not whsec_ with 24 to 64 bytes in base64']);
		},
	);

	it('are missed where only what parts them is there', () => {
		const problems: string[] = [];
		parseWebhookSecrets(' , ', (problem) => problems.push(problem));
		expect(problems).toEqual(['holds no secret: give it whsec_ and a secret, or remove it']);
	});
});
