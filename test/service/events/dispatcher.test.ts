import { enableSubscription } from '../../../service/store/subscriptions';
import { FAULTS, startFaultyServer } from '../../helpers/faulty-server';
import { startLocalServer, type Answer, type LocalServer, type Recorded } from '../../helpers/local-server';
import { eventually } from '../../helpers/service';
import { verifies } from '../../helpers/webhook';
import { DATABASES, SECRET, startEvents, ticketIds, toldIn, useDatabases, type Events } from './start';

const open = useDatabases();

describe.each(DATABASES)('events on %s', (kind) => {
	let events: Events;
	let receivers: { close(): Promise<void> }[];
	beforeEach(async () => {
		receivers = [];
		events = startEvents(await open(kind), 1000);
	});
	afterEach(async () => {
		await events.close();
		await Promise.all(receivers.map((receiver) => receiver.close()));
	});

	async function receiver(answer: (request: Recorded) => Answer = () => ({ status: 204 })): Promise<LocalServer> {
		const server = await startLocalServer(answer);
		receivers.push(server);
		return server;
	}

	async function disabled(id: number): Promise<string | null> {
		const told = await eventually(async () => {
			const shown = await events.show(id);
			return shown.disabledAt ? shown : undefined;
		}, 'it to be disabled');
		return told.lastError;
	}

	it('are told to whoever wants them, signed over the very bytes', async () => {
		const [settled, others] = [await receiver(), await receiver()];
		const id = await events.subscribe(settled.url);
		await events.subscribe(others.url, { events: ['failed', 'needs_review'] });
		const [one, two] = ticketIds(2);
		await events.happen(one);
		await events.happen(two, 'failed', 'failed');
		events.dispatcher();
		await events.idle();
		expect(settled.requests).toHaveLength(1);
		expect(toldIn(settled.requests[0])).toMatchObject({ type: 'ticket.settled', data: { ticket_id: one } });
		expect(others.requests.map((request) => toldIn(request).type)).toEqual(['ticket.failed']);
		const [{ headers, body }] = settled.requests;
		expect(headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': expect.stringMatching(/^evt_/) });
		expect(await verifies(SECRET, headers, body)).toBe(true);
		expect(await verifies(SECRET, headers, `${body} `)).toBe(false);
		expect(await events.show(id)).toMatchObject({ failingSince: null, lastError: null, disabledAt: null });
		expect((await events.show(id)).lastDeliveredAt).not.toBeNull();
	});

	it('are told again with the same id until they are taken, and the body stays', async () => {
		let left = 3;
		const { url, requests } = await receiver(() => ({ status: (left -= 1) >= 0 ? 500 : 200 }));
		const id = await events.subscribe(url);
		await events.happen(ticketIds(1)[0]);
		events.dispatcher();
		await events.idle();
		expect(requests).toHaveLength(4);
		expect(new Set(requests.map(({ headers, body }) => `${String(headers['webhook-id'])} ${body}`)).size).toBe(1);
		expect(await events.show(id)).toMatchObject({ failures: 0, failingSince: null, lastError: null });
	});

	it('of one ticket stay in order, whatever fails, and do not keep those of others', async () => {
		const [stuck, free] = ticketIds(2);
		let refusals = 5;
		const { url, requests } = await receiver((request) => {
			const refused = toldIn(request).data.ticket_id === stuck && (refusals -= 1) >= 0;
			return { status: refused ? 500 : 200 };
		});
		await events.subscribe(url, { events: ['settled', 'corrected', 'failed'] });
		await events.happen(stuck);
		await events.happen(stuck, 'corrected', 'classified');
		await events.happen(stuck, 'failed', 'failed');
		for (let i = 0; i < 3; i += 1) await events.happen(free);
		events.dispatcher();
		await events.idle();
		const typesOf = (id: string): string[] =>
			requests.map(toldIn).flatMap(({ type, data }) => (data.ticket_id === id ? [type] : []));
		expect(typesOf(stuck)).toEqual([
			...Array<string>(6).fill('ticket.settled'),
			...['ticket.corrected', 'ticket.failed'],
		]);
		expect(typesOf(free)).toHaveLength(3);
		const last = requests.map((request) => toldIn(request).data.ticket_id).lastIndexOf(free);
		expect(last).toBeLessThan(requests.length - 3);
	});

	it('are not held up by a receiver that hangs', async () => {
		const hanging = await startFaultyServer(FAULTS.hangBeforeHeaders);
		receivers.push(hanging);
		const quick = await receiver();
		const stuck = await events.subscribe(hanging.url);
		await events.subscribe(quick.url);
		for (const id of ticketIds(30)) await events.happen(id);
		events.dispatcher();
		await eventually(() => Promise.resolve(quick.requests.length === 30 || undefined), 'the quick one');
		expect((await events.show(stuck)).disabledAt).toBeNull();
		await eventually(async () => (await events.waiting()) === 30 || undefined, 'what was taken to be noted');
		expect(hanging.requests.length).toBeLessThanOrEqual(8);
		const failing = await eventually(async () => (await events.show(stuck)).lastError ?? undefined, 'a reason');
		expect(failing).toBe('No answer came from the receiver (ETIMEDOUT)');
	});

	it('for a receiver that is gone end at once, and what comes after is not kept', async () => {
		const { url, requests } = await receiver(() => ({ status: 410 }));
		const id = await events.subscribe(url);
		await events.happen(ticketIds(1)[0]);
		events.dispatcher();
		expect(await disabled(id)).toBe('The receiver answered 410: it is gone for good, so nothing more is sent there');
		await events.happen(ticketIds(1)[0]);
		expect([requests.length, await events.waiting()]).toEqual([1, 1]);
	});

	it.each([
		[
			'a redirect',
			{ status: 302, headers: { location: 'http://127.0.0.1:1/' } },
			/^The receiver answered 302: it redirects/,
		],
		['a refusal', { status: 403 }, /^The receiver answered 403/],
		['what is not there', { status: 404 }, /^The receiver answered 404/],
		['a proxy', { status: 502, body: 'VPN drops every ten minutes' }, /^The receiver answered 502: [^V]*$/],
	])('%s is no yes: it is tried again', async (_name, answer, reason) => {
		const { url, requests } = await receiver(() => answer);
		const id = await events.subscribe(url);
		await events.happen(ticketIds(1)[0]);
		events.dispatcher();
		await eventually(() => Promise.resolve(requests.length > 2 || undefined), 'three tries');
		const shown = await events.show(id);
		expect(shown.lastError).toMatch(reason);
		expect([shown.disabledAt, shown.failingSince === null]).toEqual([null, false]);
		expect(requests.every(({ path }) => path === '/')).toBe(true);
	});

	it('that a receiver asked to wait for wait, all of them', async () => {
		const { url, requests } = await receiver(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
		const id = await events.subscribe(url);
		const before = Date.now();
		await events.happen(ticketIds(1)[0]);
		events.dispatcher();
		await eventually(async () => (await events.show(id)).lastError ?? undefined, 'the answer');
		await events.happen(ticketIds(1)[0]);
		const { next_attempt_at } = (await events.knex('subscriptions').first()) as { next_attempt_at: string | number };
		expect(Number(next_attempt_at)).toBeGreaterThanOrEqual(before + 3_600_000);
		expect(requests).toHaveLength(1);
	});

	it('that nobody takes for three days end the subscription, and are told when a person enables it', async () => {
		let status = 500;
		const { url, requests } = await receiver(() => ({ status }));
		const id = await events.subscribe(url);
		await events.happen(ticketIds(1)[0]);
		const waitedSince = Date.now() - 3 * 86_400_000 - 1;
		await events.knex('event_deliveries').update({ queued_at: waitedSince });
		events.dispatcher();
		expect(await disabled(id)).toMatch(/^For 3 days an event was not taken, .* The receiver answered 500/);
		expect(requests).toHaveLength(1);
		status = 200;
		expect(await enableSubscription(events.knex, id, Date.now())).toMatchObject({ disabledAt: null, lastError: null });
		await events.idle();
		expect(requests).toHaveLength(2);
		expect(await enableSubscription(events.knex, id + 1, Date.now())).toBeUndefined();
	});

	it('that waited for three days as nobody was there to tell them are told', async () => {
		const { url, requests } = await receiver();
		const id = await events.subscribe(url);
		await events.happen(ticketIds(1)[0]);
		await events.knex('event_deliveries').update({ queued_at: 0 });
		events.dispatcher();
		await events.idle();
		expect([requests.length, (await events.show(id)).disabledAt]).toEqual([1, null]);
	});

	it('beyond what may wait end the subscription', async () => {
		const { url, requests } = await receiver();
		const id = await events.subscribe(url);
		for (const ticketId of ticketIds(6)) await events.happen(ticketId);
		events.dispatcher({ mostWaiting: 5 });
		expect(await disabled(id)).toMatch(/^More than 5 events wait/);
		expect([requests.length, await events.waiting()]).toEqual([0, 6]);
	});

	it('go by references, and never without a secret', async () => {
		const { url, requests } = await receiver();
		const known: Record<string, string> = { HOOK: url, KEY: SECRET };
		const whole = { url: '${HOOK}/in', secret: '${KEY}' };
		const good = await events.subscribe(whole.url, whole);
		const [blank, unknown] = [
			await events.subscribe(url, { secret: '${BLANK}' }),
			await events.subscribe(url, { secret: 'whsec_${KEY}' }),
		];
		await events.happen(ticketIds(1)[0]);
		events.dispatcher({ lookup: (name) => known[name] });
		const errorOf = (id: number): Promise<string> =>
			eventually(async () => (await events.show(id)).lastError ?? undefined, 'a reason');
		expect(await errorOf(blank)).toBe('The subscription refers to BLANK, which the environment does not set');
		expect(await errorOf(unknown)).toMatch(/^The subscription cannot be used: the secret must be whsec_/);
		await eventually(async () => (await events.show(good)).lastDeliveredAt ?? undefined, 'the good one');
		expect(requests.map(({ path }) => path)).toEqual(['/in']);
		expect(await verifies(SECRET, requests[0].headers, requests[0].body)).toBe(true);
		expect(events.logs.join('')).not.toContain('whsec_BwcH');
	});

	it('never go to a host inside the network that is not allowed', async () => {
		const id = await events.subscribe('http://127.0.0.2:9/');
		await events.happen(ticketIds(1)[0]);
		events.dispatcher();
		const reason = await eventually(async () => (await events.show(id)).lastError ?? undefined, 'a reason');
		expect(reason).toMatch(/^The subscription leads to an address inside the network/);
	});
});
