import { jobsIn } from '../../helpers/jobs';
import { jiraMapping, fieldsOf, markerOf, startDesk, type Desk } from '../../helpers/desk';
import { newDatabaseUrl } from '../../helpers/process';
import { eventually } from '../../helpers/service';

let desk: Desk;
async function start(environment: Record<string, string> = {}): Promise<void> {
	desk = await startDesk(environment);
}
afterEach(() => desk.close());

describe('where a move fails', () => {
	/** Delivered for IT; the Jira of HR refuses it. */
	async function stranded(): Promise<string> {
		await start();
		const id = await desk.ticket();
		desk.hr.answers.push({ status: 400, body: { errorMessages: ['The project is archived.'] } });
		expect((await desk.correct(id, { department: 'HR' })).json).toMatchObject({ status: 'failed', department: 'HR' });
		return id;
	}

	it('it can be tried again, and then the old ticket hears of it', async () => {
		const id = await stranded();
		expect((await desk.retry(id)).json).toMatchObject({ status: 'routed', external_ticket_id: 'OPS-1' });
		await desk.until(id, 'linked');
		expect(fieldsOf(desk.hr.target.tickets[0]).labels).toEqual([`${markerOf(id)}-2`]);
		expect(desk.it.target.tickets[0].comments).toHaveLength(1);
		expect((await desk.steps(id)).filter((step) => step === 'moved')).toHaveLength(1);
	});

	it('taken back, it is where it stood all the time', async () => {
		const id = await stranded();
		const { json } = await desk.correct(id, { department: 'IT' });
		expect(json).toMatchObject({
			...{ status: 'routed', department: 'IT', external_ticket_id: 'HELP-1', error_message: null },
			external_url: `${desk.it.url}/browse/HELP-1`,
		});
		expect([desk.it.target.tickets.length, desk.hr.target.tickets.length]).toEqual([1, 0]);
		await desk.idle();
		expect(desk.it.target.tickets[0].comments).toEqual([]);
		await desk.correct(id, { department: 'HR' });
		await desk.until(id, 'linked');
		expect(fieldsOf(desk.hr.target.tickets[0]).description).toContain('Moved from: jira_server HELP-1');
	});

	it('taken back while it may have arrived there, it says so, and makes no second ticket', async () => {
		await start({ RETRY_MAX_ATTEMPTS: '1' });
		const id = await desk.ticket();
		desk.hr.faults.queue('reset_after');
		expect((await desk.correct(id, { department: 'HR' })).json).toMatchObject({ status: 'failed' });
		expect((await desk.correct(id, { department: 'IT' })).json).toMatchObject({
			...{ status: 'routed', department: 'IT', external_ticket_id: 'HELP-1' },
		});
		const doubt = (await desk.history(id)).find(({ step }) => step === 'not_linked');
		expect(doubt?.detail.why).toContain('the ticket may be there as well');
		expect(desk.it.target.tickets).toHaveLength(1);
		const row = (await desk.service.knex('ticket_logs').first()) as Record<string, unknown>;
		expect(row).toMatchObject({ delivery_state: null, moved_from: null });
	});

	it('taken to a third place, that one says where it comes from', async () => {
		const id = await stranded();
		desk.hookAnswers.push({ status: 201, body: { id: 5 } });
		const { json } = await desk.correct(id, { department: 'Finance' });
		expect(json).toMatchObject({ status: 'routed', external_ticket_id: '5' });
		expect(JSON.parse(desk.hook.requests[0].body)).toMatchObject({ moved_from: 'jira_server HELP-1' });
		await desk.until(id, 'linked');
		expect(desk.it.target.tickets[0].comments[0]).toContain('Finance (Accounting): http 5');
	});
});

it('a mapping that was given to another system since takes the ticket there', async () => {
	await start();
	const id = await desk.ticket();
	await desk.map('IT', { system: 'http', api_endpoint: `${desk.hook.url}/tickets` });
	const { json } = await desk.correct(id, { department: 'IT' });
	expect(json).toMatchObject({ status: 'routed', routed_to_system: 'http', external_ticket_id: null });
	const moved = (await desk.until(id, 'not_linked')).find(({ step }) => step === 'moved');
	expect(moved?.detail).toMatchObject({ from: 'jira_server', external_ticket_id: 'HELP-1', to: 'http' });
	expect(desk.hook.requests.map(({ headers }) => headers['webhook-id'])).toEqual([`triage-${id}-2`]);
});

it('what arrived at one project of a Jira unnoticed is moved from there to the other', async () => {
	await start({ RETRY_MAX_ATTEMPTS: '1' });
	await desk.map('HR', jiraMapping(desk.it.url, 'OPS'));
	desk.it.faults.queue('reset_after');
	const id = await desk.ticket();
	expect(await desk.show(id)).toMatchObject({ status: 'failed', department: 'IT' });
	const { json } = await desk.correct(id, { department: 'HR' });
	expect(json).toMatchObject({ status: 'routed', department: 'HR', external_ticket_id: 'OPS-1' });
	await desk.until(id, 'linked');
	expect(desk.it.target.tickets.map((issue) => [issue.id, fieldsOf(issue).labels])).toEqual([
		['HELP-1', [markerOf(id)]],
		['OPS-1', [`${markerOf(id)}-2`]],
	]);
	expect(desk.it.target.tickets[0].comments).toHaveLength(1);
});

describe('what a person said stands', () => {
	it('whatever is tried, restarted, mapped and corrected by steps after it', async () => {
		await start({ SYNC_WAIT_MS: '100' });
		const id = await desk.ticket();
		await desk.idle();
		desk.hr.answers.push(...Array.from({ length: 3 }, () => ({ status: 503, body: '' })), { status: 400, body: '' });
		await desk.correct(id, { department: 'HR', assigned_to: 'Ana', note: 'hers' });
		const { pipeline, knex } = desk.service;
		await pipeline.stop();
		await jobsIn(desk.service).lose();
		pipeline.start();
		await desk.until(id, 'failed');
		const { mappings } = (await desk.call('GET', '/mappings')).json as { mappings: { id: number }[] };
		for (const mapping of mappings) await desk.call('DELETE', `/mappings/${mapping.id}`);
		await desk.retry(id);
		await eventually(async () => ((await desk.show(id)).routed_to_system === 'inbox' ? true : undefined), 'the inbox');
		expect(await desk.show(id)).toMatchObject({ department: 'HR', assigned_to: 'Ana', status: 'needs_review' });
		const row = (await knex('ticket_logs').where({ ticket_id: id }).first()) as Record<string, unknown>;
		expect(row).toMatchObject({ corrected_department: 'HR', corrected_team: 'Ana', corrected_note: 'hers' });
		expect(row.corrected_at).not.toBeNull();
	});

	it.each([
		['in memory', 'sqlite::memory:'],
		['on disk', newDatabaseUrl()],
	])('%s: where many persons speak at once, one is the last, and no place gets a delivery twice', async (_, url) => {
		await start({ DATABASE_URL: url });
		const id = await desk.ticket();
		const wishes = Array.from({ length: 30 }, (_wish, i) => ['IT', 'HR', 'Finance', 'Legal'][i % 4]);
		const answers = await Promise.all(wishes.map((department) => desk.correct(id, { department })));
		const statuses = answers.map(({ status }) => status);
		for (const status of statuses) expect([200, 202, 409]).toContain(status);
		await desk.idle();
		const history = await desk.history(id);
		const said = history.filter(({ step }) => step === 'corrected').map(({ detail }) => detail.to);
		expect(said).toHaveLength(statuses.filter((status) => status !== 409).length);
		expect(said.length).toBeGreaterThan(0);
		expect(await desk.show(id)).toMatchObject({ department: said.at(-1), status: 'routed' });
		const row = (await desk.service.knex('ticket_logs').first()) as Record<string, unknown>;
		expect(row).toMatchObject({ corrected_department: said.at(-1), moved_from: null, delivery_state: null });
		const labels = [...desk.it.target.tickets, ...desk.hr.target.tickets].map((issue) => fieldsOf(issue).labels[0]);
		const keys = [...labels, ...desk.hook.requests.map(({ headers }) => headers['webhook-id'])];
		expect(new Set(keys).size).toBe(keys.length);
	});
});
