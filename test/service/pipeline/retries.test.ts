import { jobsIn } from '../../helpers/jobs';
import { startDesk, fieldsOf, markerOf, type Desk } from '../../helpers/desk';
import { eventually, validBody } from '../../helpers/service';

let desk: Desk;
async function start(environment: Record<string, string> = {}): Promise<void> {
	desk = await startDesk(environment);
}
afterEach(() => desk.close());

/** One try, so that what goes wrong is failed at once. */
const ONE_TRY = { RETRY_MAX_ATTEMPTS: '1' };
const REFUSED = { status: 400, body: { errorMessages: ['The project is archived.'] } };
const OUT = { status: 503, body: '' };

describe('one failed ticket', () => {
	it('goes to work again and is delivered', async () => {
		await start();
		desk.it.answers.push(REFUSED);
		const id = await desk.ticket();
		expect(await desk.show(id)).toMatchObject({ status: 'failed', error_message: expect.stringContaining('archived') });
		const { status, json } = await desk.retry(id);
		expect(status).toBe(200);
		expect(json).toMatchObject({ status: 'routed', external_ticket_id: 'HELP-1', error_message: null });
		expect((await desk.history(id)).slice(3)).toMatchObject([
			{ step: 'failed' },
			{ step: 'retried', detail: { by: null } },
			{ step: 'routed', detail: { external_ticket_id: 'HELP-1' } },
		]);
		await desk.idle();
	});

	it('has all its tries again', async () => {
		await start({ RETRY_MAX_ATTEMPTS: '2' });
		desk.it.answers.push(OUT, OUT, OUT);
		const id = await desk.ticket();
		expect((await desk.show(id)).status).toBe('failed');
		expect((await desk.retry(id)).json).toMatchObject({ status: 'routed' });
		expect(desk.it.asked('/issue').map(({ status }) => status)).toEqual([503, 503, 503, 201]);
	});

	it('may fail again, and says so anew', async () => {
		await start();
		desk.it.answers.push(REFUSED, { status: 403, body: '' });
		const id = await desk.ticket();
		const { status, json } = await desk.retry(id);
		expect([status, json.status]).toEqual([200, 'failed']);
		expect(json.error_message).toContain('403');
		expect((await desk.retry(id)).json).toMatchObject({ status: 'routed', external_ticket_id: 'HELP-1' });
	});
});

describe('no other ticket', () => {
	const INBOX = { CONFIDENCE_THRESHOLD: '1' };
	test.each<[string, Record<string, string>, () => void]>([
		['routed', {}, () => undefined],
		['needs_review', INBOX, () => undefined],
		['classified', { SYNC_WAIT_MS: '200' }, () => desk.it.answers.push({ ...OUT, headers: { 'Retry-After': '600' } })],
	])('%s: it stays as it is', async (state, environment, before) => {
		await start(environment);
		before();
		const id = await desk.ticket();
		if (state === 'classified') await desk.until(id, 'postponed');
		const jobs = await jobsIn(desk.service).all();
		const was = await desk.show(id);
		expect(was.status).toBe(state);
		const { status, json } = await desk.retry(id);
		expect([status, json.detail]).toEqual([409, expect.stringContaining('Only a failed ticket')]);
		expect(await desk.show(id)).toEqual(was);
		expect(await jobsIn(desk.service).all()).toEqual(jobs);
	});
});

describe('a ticket that may have arrived', () => {
	it('had arrived: the system is asked, and nothing is sent', async () => {
		await start(ONE_TRY);
		desk.it.faults.queue('reset_after');
		const id = await desk.ticket();
		const failed = (await desk.history(id)).at(-1);
		expect(failed).toMatchObject({ step: 'failed', detail: { may_be_delivered: true } });
		expect((await desk.retry(id)).json).toMatchObject({ status: 'routed', external_ticket_id: 'HELP-1' });
		expect((await desk.history(id)).slice(-3)).toMatchObject([
			{ step: 'retried', detail: { asking_first: true } },
			{ step: 'asked', detail: { found: true } },
			{ step: 'routed', detail: { external_ticket_id: 'HELP-1' } },
		]);
		expect([desk.it.asked('/issue').length, desk.it.asked('/search').length]).toEqual([1, 1]);
	});

	it('had not arrived: the system is asked, then the ticket is sent', async () => {
		await start(ONE_TRY);
		desk.it.faults.queue('reset_before');
		const id = await desk.ticket();
		expect((await desk.show(id)).status).toBe('failed');
		expect((await desk.retry(id)).json).toMatchObject({ status: 'routed', external_ticket_id: 'HELP-1' });
		const asked = (await desk.history(id)).find(({ step }) => step === 'asked');
		expect(asked?.detail).toMatchObject({ system: 'jira_server', found: false });
		expect(desk.it.target.tickets).toHaveLength(1);
	});

	it('is sent again at once where the person wants that, by the same key', async () => {
		await start(ONE_TRY);
		desk.it.faults.queue('reset_after');
		const id = await desk.ticket();
		expect((await desk.retry(id, { ask: false })).json).toMatchObject({
			status: 'routed',
			external_ticket_id: 'HELP-2',
		});
		expect(desk.it.asked('/search')).toEqual([]);
		expect(desk.it.target.tickets.map((issue) => fieldsOf(issue).labels[0])).toEqual([markerOf(id), markerOf(id)]);
		const retried = (await desk.history(id)).find(({ step }) => step === 'retried');
		expect(retried?.detail).toMatchObject({ asking_first: false });
	});

	it('at a webhook is sent again, known there by its id, and the history says so', async () => {
		await start(ONE_TRY);
		await desk.map('IT', { system: 'http', api_endpoint: `${desk.hook.url}/tickets` });
		desk.hookAnswers.push({ status: 500 });
		const id = await desk.ticket();
		expect((await desk.retry(id)).json.status).toBe('routed');
		expect(new Set(desk.hook.requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([`triage-${id}`]));
		const again = (await desk.history(id)).find(({ step }) => step === 'sent_again');
		expect(again?.detail).toMatchObject({ may_be_double: false });
	});
});

describe('many failed tickets', () => {
	async function submit(count: number, ticket: Record<string, unknown> = {}): Promise<void> {
		for (let left = count; left > 0; left -= 500) {
			const tickets = Array.from({ length: Math.min(500, left) }, () => validBody(ticket));
			await desk.call('POST', '/webhook/tickets', { body: { tickets } });
		}
	}
	const retryAll = async (body?: unknown) => (await desk.call('POST', '/tickets/retry', { body })).json;
	async function countOf(status: string): Promise<number> {
		const [{ n }] = (await desk.service.knex('ticket_logs').where({ status }).count({ n: '*' })) as { n: number }[];
		return Number(n);
	}

	it('those go back to work that the filters mean', async () => {
		await start();
		await desk.map('Finance', { system: 'http', api_endpoint: 'http://127.0.0.1:1/' });
		await desk.map('IT', { system: 'http', api_endpoint: `${desk.hook.url}/tickets` });
		desk.hookAnswers.push(...Array.from({ length: 5 }, () => ({ status: 400 })));
		await submit(3);
		await submit(2, { title: 'Kiosk 100% \\_ VPN' });
		expect(await countOf('failed')).toBe(5);
		const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
		for (const nothing of [{ department: 'HR' }, { text: 'kiosk 100__' }, { from: tomorrow }, { to: '2020-01-01' }]) {
			expect(await retryAll(nothing)).toEqual({ retried: 0, more: false });
		}
		expect(await retryAll({ department: 'it', text: 'KIOSK 100% \\_', from: '2020-01-01', to: tomorrow })).toEqual({
			...{ retried: 2, more: false },
		});
		await eventually(async () => ((await countOf('routed')) === 2 ? true : undefined), 'both to be delivered');
		expect(await retryAll({ limit: 2 })).toEqual({ retried: 2, more: true });
		expect(await retryAll()).toEqual({ retried: 1, more: false });
		expect(await retryAll()).toEqual({ retried: 0, more: false });
	});

	it('1,200 of them at once are all delivered, each once', async () => {
		await start();
		await desk.map('IT', {
			...{ system: 'http', api_endpoint: `${desk.hook.url}/tickets`, settings: { max_at_once: 64 } },
		});
		desk.hookAnswers.push(...Array.from({ length: 1200 }, () => ({ status: 400 })));
		await submit(1200);
		// On a busy machine the callers' ten seconds may end before.
		await eventually(async () => ((await countOf('failed')) === 1200 ? true : undefined), 'all to fail');
		const answers = await Promise.all([
			retryAll({ limit: 1000 }),
			retryAll({ limit: 1000 }),
			retryAll({ limit: 1000 }),
		]);
		const retried = answers.reduce((sum, answer) => sum + Number(answer.retried), 0);
		const rest = await retryAll();
		expect([retried + Number(rest.retried), rest.more]).toEqual([1200, false]);
		await desk.idle();
		expect(await countOf('routed')).toBe(1200);
		const ids = desk.hook.requests.slice(1200).map(({ headers }) => headers['webhook-id']);
		expect([ids.length, new Set(ids).size]).toEqual([1200, 1200]);
		const events = (await desk.service
			.knex('ticket_events')
			.where({ step: 'retried' })
			.select('ticket_id')) as unknown[];
		expect(events).toHaveLength(1200);
	});
});
