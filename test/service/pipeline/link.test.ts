import { jobsIn } from '../../helpers/jobs';
import { jiraMapping, markerOf, fieldsOf, startDesk, startJira, type Desk, type Entry } from '../../helpers/desk';

let desk: Desk;
async function start(environment: Record<string, string> = {}): Promise<void> {
	desk = await startDesk(environment);
}
afterEach(() => desk.close());

/** What the history says of the note, which the ticket itself does not hang on. */
async function unlinked(id: string): Promise<Record<string, unknown>> {
	const entries = await desk.until(id, 'not_linked');
	expect(await desk.show(id)).toMatchObject({ status: 'routed', department: 'HR', error_message: null });
	await desk.idle();
	return entries.find(({ step }) => step === 'not_linked')?.detail ?? {};
}

it('a note that was not taken for the moment is tried again', async () => {
	await start();
	const id = await desk.ticket();
	desk.it.answers.push({ status: 503, body: '' }, { status: 500, body: '' });
	const { status, json } = await desk.correct(id, { department: 'HR' });
	expect([status, json.status]).toEqual([200, 'routed']);
	const steps = (await desk.until(id, 'linked')).map(({ step }) => step);
	expect(steps.filter((step) => ['linked', 'not_linked', 'routed'].includes(step))).toEqual([
		...['routed', 'routed', 'linked'],
	]);
	expect(desk.it.asked('/HELP-1/comment').map((request) => request.status)).toEqual([503, 500, 201]);
	expect(desk.hr.target.tickets).toHaveLength(1);
});

it('one that is refused is given up, and the history says why', async () => {
	await start();
	const id = await desk.ticket();
	desk.it.answers.push({ status: 500, body: '' }, { status: 403, body: { errorMessages: ['No comments for bots.'] } });
	await desk.correct(id, { department: 'HR' });
	expect(await unlinked(id)).toMatchObject({
		...{ system: 'jira_server', external_ticket_id: 'HELP-1', to_external_ticket_id: 'OPS-1' },
		why: expect.stringMatching(/403 \(No comments for bots\.\)/),
	});
	expect(desk.it.asked('/comment')).toHaveLength(2);
});

it('so is one that is never taken', async () => {
	await start({ RETRY_MAX_ATTEMPTS: '3' });
	const id = await desk.ticket();
	desk.it.answers.push(...Array.from({ length: 9 }, () => ({ status: 503, body: '' })));
	await desk.correct(id, { department: 'HR' });
	expect(await unlinked(id)).toMatchObject({ why: expect.stringContaining('503') });
	expect(desk.it.asked('/comment')).toHaveLength(3);
});

it('a system that takes no notes is not asked', async () => {
	await start();
	desk.hookAnswers.push({ status: 201, body: { id: 'R-9' } });
	await desk.map('IT', { system: 'http', api_endpoint: `${desk.hook.url}/tickets` });
	const id = await desk.ticket();
	await desk.correct(id, { department: 'HR' });
	expect(await unlinked(id)).toMatchObject({ external_ticket_id: 'R-9', why: 'http takes no notes on a ticket' });
	expect(desk.hook.requests).toHaveLength(1);
	expect(fieldsOf(desk.hr.target.tickets[0]).description).toContain('Moved from: http R-9');
});

it('nor is one that gave the ticket no name', async () => {
	await start();
	await desk.map('IT', { system: 'http', api_endpoint: `${desk.hook.url}/tickets` });
	const id = await desk.ticket();
	await desk.correct(id, { department: 'HR' });
	expect(await unlinked(id)).toMatchObject({ external_ticket_id: null, why: 'http gave the ticket no name' });
});

describe('the mapping it went by', () => {
	const GONE = 'the mapping it went by is gone or leads elsewhere';

	it('may be deleted in between', async () => {
		await start();
		const id = await desk.ticket();
		const row = (await desk.service.knex('team_mappings').where({ department: 'IT' }).first()) as { id: number };
		expect((await desk.call('DELETE', `/mappings/${row.id}`)).status).toBe(204);
		await desk.correct(id, { department: 'HR' });
		expect((await unlinked(id)).why).toBe(GONE);
		expect(desk.it.asked('/comment')).toEqual([]);
	});

	it('may lead to a system of the same kind elsewhere, where the same name is another ticket', async () => {
		await start();
		const id = await desk.ticket();
		const elsewhere = await startJira();
		await desk.map('IT', jiraMapping(elsewhere.url, 'HELP'));
		await desk.ticket({ title: 'The VPN of another person' });
		expect(elsewhere.target.tickets.map((issue) => issue.id)).toEqual(['HELP-1']);
		await desk.correct(id, { department: 'HR' });
		expect((await unlinked(id)).why).toBe(GONE);
		expect(elsewhere.target.tickets[0].comments).toEqual([]);
		await elsewhere.close();
	});
});

it('a ticket that is moved on before the note was taken says of each place what became of it', async () => {
	await start({ RETRY_BACKOFF_FACTOR: '10', RETRY_MAX_ATTEMPTS: '10' });
	const id = await desk.ticket();
	desk.it.answers.push({ status: 503, headers: { 'Retry-After': '600' }, body: '' });
	await desk.correct(id, { department: 'HR' });
	const { json } = await desk.freely(() => desk.correct(id, { department: 'Legal' }));
	expect(json).toMatchObject({ status: 'routed', routed_to_system: 'inbox' });
	const notes = (await desk.until(id, 'linked')).filter(({ step }) => step.endsWith('linked'));
	expect(notes).toMatchObject([
		{ step: 'not_linked', detail: { external_ticket_id: 'HELP-1', why: 'it was moved on before that' } },
		{ step: 'linked', detail: { external_ticket_id: 'OPS-1', to: 'inbox' } },
	] satisfies Partial<Entry>[]);
	expect(desk.hr.target.tickets[0].comments).toHaveLength(1);
});

it('where it was moved on from the inbox, the note names the last place', async () => {
	await start();
	const id = await desk.ticket();
	desk.it.answers.push({ status: 503, headers: { 'Retry-After': '1' }, body: '' });
	await desk.correct(id, { department: 'Legal' });
	await desk.freely(() => desk.correct(id, { department: 'HR' }));
	const history = await desk.until(id, 'linked');
	expect(history.filter(({ step }) => step === 'moved' || step === 'linked')).toMatchObject([
		{ step: 'moved', detail: { to: 'inbox' } },
		{ step: 'linked', detail: { external_ticket_id: 'HELP-1', to_external_ticket_id: 'OPS-1' } },
	]);
	const { comments } = desk.it.target.tickets[0];
	expect(comments).toHaveLength(1);
	expect(comments[0]).toContain('HR (People Operations): jira_server OPS-1');
	expect(fieldsOf(desk.hr.target.tickets[0]).description).toContain('Moved from: jira_server HELP-1');
});

it('after the process was restarted the note is still to be written, and is', async () => {
	await start();
	const id = await desk.ticket();
	desk.it.answers.push({ status: 503, headers: { 'Retry-After': '1' }, body: '' });
	await desk.correct(id, { department: 'HR' });
	const { pipeline } = desk.service;
	await pipeline.stop();
	const [job] = await jobsIn(desk.service).all();
	expect(job).toMatchObject({ ticket_id: id, state: 'waiting' });
	pipeline.start();
	await desk.until(id, 'linked');
	expect(desk.it.target.tickets[0].comments).toHaveLength(1);
	expect(fieldsOf(desk.hr.target.tickets[0]).labels).toEqual([`${markerOf(id)}-2`]);
	expect(desk.hr.target.tickets).toHaveLength(1);
});
