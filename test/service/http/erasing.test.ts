import { readCorrections } from '../../../service/store/corrections';
import { allRows } from '../../helpers/all-rows';
import { startDesk, type Desk } from '../../helpers/desk';
import { jobsIn } from '../../helpers/jobs';
import { eventually, type Answer } from '../../helpers/service';

const KEYS = { TRIAGE_API_KEYS: 'ana:ana-0123456789abcdef' };
const ANA = { authorization: 'Bearer ana-0123456789abcdef' };
/** In whatever a reporter or a corrector writes. */
const PLANTED = 'Zwetschgenkuchen';
const EMAIL = `${PLANTED}@example.com`;

let desk: Desk;
async function start(environment: Record<string, string> = {}): Promise<void> {
	desk = await startDesk({ ...KEYS, ...environment }, ANA);
}
afterEach(() => desk.close());

const erase = (email: unknown = EMAIL): Promise<Answer> => desk.call('POST', '/tickets/erase', { body: { email } });

function report(overrides: Record<string, unknown> = {}): Promise<string> {
	return desk.ticket({
		title: `VPN drops: ${PLANTED}`,
		description: `The VPN client on my laptop disconnects. ${PLANTED}`,
		email: EMAIL,
		source: PLANTED,
		metadata: { about: PLANTED },
		...overrides,
	});
}

describe('what is refused', () => {
	test.each<[unknown, string, string]>([
		[{}, 'email', 'is required'],
		[{ email: 7 }, 'email', 'must be a text'],
		[{ email: '%' }, 'email', 'must be an e-mail address such as ana@example.com'],
		[{ email: 'a@example.com', all: true }, 'all', 'is not a field of this request'],
		[[], '', 'must be an object with email'],
	])('%j', async (body, field, message) => {
		await start();
		const { status, json } = await desk.call('POST', '/tickets/erase', { body });
		expect([status, json.errors]).toEqual([422, [{ field, message }]]);
	});

	it('one without a key, and another method', async () => {
		await start();
		const id = await report();
		const headers = { authorization: '' };
		expect((await desk.call('POST', '/tickets/erase', { body: { email: EMAIL }, headers })).status).toBe(401);
		const other = await desk.call('GET', '/tickets/erase');
		expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST']);
		expect((await desk.show(id)).title).toContain(PLANTED);
	});
});

describe('what is erased', () => {
	it('all text of all tickets of that reporter, whatever the case; not what was decided, and nothing of others', async () => {
		await start({ CONFIDENCE_THRESHOLD: '0.2' });
		const routed = await report();
		const corrected = await report({ email: EMAIL.toUpperCase() });
		await desk.correct(corrected, { department: 'HR', note: PLANTED });
		const others = await Promise.all(
			['x', `x${EMAIL}`, `${EMAIL}.de`].map((e) => desk.ticket({ email: e.includes('@') ? e : 'b@c.de' })),
		);
		await desk.idle();
		const before = await desk.show(routed);
		expect((await erase(EMAIL.toLowerCase())).json).toEqual({ erased: 2, working: 0, more: false });
		const after = await desk.show(routed);
		const { history: _history, classification, ...kept } = before;
		const { suggested_priority, ...said } = classification as { suggested_priority: object };
		expect(after).toMatchObject({ ...kept, title: '' });
		expect(after.classification).toEqual({
			...{ ...said, reasoning: '' },
			suggested_priority: { ...suggested_priority, reasons: [] },
		});
		expect(after.erased_at).toMatch(/Z$/);
		expect(await desk.show(corrected)).toMatchObject({
			department: 'HR',
			status: 'routed',
			external_ticket_id: 'OPS-1',
		});
		const steps = (await desk.history(corrected)).map(({ step, detail }) => [step, detail]);
		expect(steps).toContainEqual(['corrected', { from: 'IT', to: 'HR', assigned_to: null, by: 'ana' }]);
		expect(steps.at(-1)).toEqual(['erased', { why: 'request', by: 'ana' }]);
		for (const id of others) expect((await desk.show(id)).title).not.toBe('');
		const rows = await allRows(desk.service.knex);
		expect(rows.replaceAll(`x${EMAIL}`, '').replaceAll(`${EMAIL}.de`, '').toLowerCase()).not.toContain(
			PLANTED.toLowerCase(),
		);
		expect(JSON.stringify(desk.logs)).not.toContain(PLANTED);
		const metrics = await desk.call('GET', '/metrics');
		expect(metrics.text).toContain('tickets_erased_total{reason="request"} 2');
	});

	it('what a system said of a failed ticket, which is not put back to work any more', async () => {
		await start();
		desk.it.answers.push({ status: 400, body: { errorMessages: [`No such field: Zwetschge, but ${PLANTED}s`] } });
		const id = await report();
		expect(await desk.show(id)).toMatchObject({ status: 'failed' });
		expect(await jobsIn(desk.service).all()).toMatchObject([{ state: 'dead' }]);
		expect((await desk.history(id)).at(-1)?.detail.message).toContain('Zwetschge');
		expect((await erase()).json).toEqual({ erased: 1, working: 0, more: false });
		expect(await jobsIn(desk.service).all()).toEqual([]);
		expect(await desk.show(id)).toMatchObject({
			status: 'failed',
			error_message: 'Its text was erased, and with it why it failed',
		});
		expect(await allRows(desk.service.knex)).not.toMatch(/Zwetschge/i);
		const requeue = jest.spyOn(desk.service.queue, 'requeue');
		expect((await desk.call('POST', '/tickets/retry', { body: {} })).json).toEqual({ retried: 0, more: false });
		for (const [what, body] of Object.entries({ correct: { department: 'HR' }, retry: {} })) {
			const { status, json } = await desk.call('POST', `/tickets/${id}/${what}`, { body });
			expect([status, json.detail]).toEqual([409, 'Its text was erased: nothing more can be done with this ticket']);
		}
		expect(requeue.mock.calls.flatMap(([, jobs]) => jobs)).toEqual([]);
		expect(await desk.steps(id)).toEqual(expect.not.arrayContaining(['corrected', 'retried']));
		expect(await jobsIn(desk.service).all()).toEqual([]);
	});

	it('what waits for a person, which then waits no more', async () => {
		await start({ CONFIDENCE_THRESHOLD: '1' });
		const id = await report();
		expect(await desk.show(id)).toMatchObject({ status: 'needs_review' });
		await erase();
		expect(await desk.show(id)).toMatchObject({
			...{ status: 'failed', needs_review: false, department: 'General' },
			error_message: 'Its text was erased before a person had decided',
		});
	});

	it('nothing a second time, and what is searched for is not found', async () => {
		await start();
		await report();
		const search = async (): Promise<unknown> => (await desk.call('GET', `/tickets?text=${PLANTED}`)).json.tickets;
		expect(await search()).toHaveLength(1);
		await erase();
		expect((await erase()).json).toEqual({ erased: 0, working: 0, more: false });
		expect(await search()).toEqual([]);
	});

	it('nothing that a model would learn from', async () => {
		await start();
		const [erased, kept] = [await report(), await desk.ticket()];
		for (const id of [erased, kept]) await desk.freely(() => desk.correct(id, { department: 'HR' }));
		await desk.idle();
		await erase();
		const learnt = [];
		for await (const { ticketId } of readCorrections(desk.service.knex)) learnt.push(ticketId);
		expect(learnt).toEqual([kept]);
	});

	it('an event of it that nobody has heard of yet', async () => {
		await start();
		desk.hookAnswers.push(...Array.from({ length: 20 }, () => ({ status: 500 })));
		const body = { url: `${desk.hook.url}/events`, events: ['settled'] };
		expect((await desk.call('POST', '/subscriptions', { body })).status).toBe(201);
		await report();
		await desk.idle();
		expect(await allRows(desk.service.knex)).toContain('ticket.settled');
		await erase();
		expect(await allRows(desk.service.knex)).not.toContain('ticket.settled');
	});
});

it('leaves a ticket alone that is worked on, says so, and erases it when it is settled', async () => {
	await start({ SYNC_WAIT_MS: '0' });
	desk.it.faults.queue('hang');
	const id = await report();
	await eventually(() => Promise.resolve(desk.it.requests.length > 0 || undefined), 'the delivery to begin');
	const early = await erase();
	expect([early.status, early.headers.get('retry-after'), early.json]).toEqual([
		...[200, '5', { erased: 0, working: 1, more: false }],
	]);
	expect((await desk.show(id)).title).toContain(PLANTED);
	await desk.until(id, 'routed');
	await desk.idle();
	const late = await erase();
	expect([late.headers.get('retry-after'), late.json]).toEqual([null, { erased: 1, working: 0, more: false }]);
	expect(await allRows(desk.service.knex)).not.toContain(PLANTED);
});

it('erases or corrects, whatever comes at once: no ticket is half erased', async () => {
	await start({ SYNC_WAIT_MS: '0', CONFIDENCE_THRESHOLD: '1' });
	const ids = await Promise.all(Array.from({ length: 30 }, () => report()));
	await desk.idle();
	const [erased, ...corrections] = await Promise.all([
		erase(),
		...ids.map((id) => desk.correct(id, { department: 'HR', note: PLANTED })),
	]);
	await desk.idle();
	const refused = corrections.filter(({ status }) => status === 409);
	expect(erased.json.erased).toBe(refused.length);
	expect(desk.hr.target.tickets).toHaveLength(30 - refused.length);
	await erase();
	expect(await allRows(desk.service.knex)).not.toContain(PLANTED);
	for (const id of ids) expect((await desk.steps(id)).filter((step) => step === 'erased')).toHaveLength(1);
});
