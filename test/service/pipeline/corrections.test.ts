import { jobsIn } from '../../helpers/jobs';
import { fieldsOf, markerOf, startDesk, type Desk } from '../../helpers/desk';
import { validBody } from '../../helpers/service';

let desk: Desk;
async function start(environment: Record<string, string> = {}): Promise<void> {
	desk = await startDesk(environment);
}
afterEach(() => desk.close());

/** Unsure of everything: each ticket waits in the inbox for a person. */
const UNSURE = { CONFIDENCE_THRESHOLD: '1' };

describe('from the inbox', () => {
	it('a ticket goes where the person says, to whom, with the note', async () => {
		await start(UNSURE);
		const id = await desk.ticket({ priority: 'high' });
		expect(await desk.show(id)).toMatchObject({ status: 'needs_review', department: 'General', needs_review: true });
		const { status, json } = await desk.correct(id, {
			department: 'it',
			assigned_to: 'Network crew',
			note: 'Ask her for the log',
		});
		expect(status).toBe(200);
		expect(json).toMatchObject({
			ticket_id: id,
			...{ status: 'routed', department: 'IT', needs_review: false, assigned_to: 'Network crew', error_message: null },
			...{
				routed_to_system: 'jira_server',
				external_ticket_id: 'HELP-1',
				external_url: `${desk.it.url}/browse/HELP-1`,
			},
		});
		const { description, labels } = fieldsOf(desk.it.target.tickets[0]);
		expect(labels).toEqual([markerOf(id)]);
		for (const fact of ['Department: IT', 'Team: Network crew', 'Note: Ask her for the log']) {
			expect(description).toContain(fact);
		}
		expect(await desk.history(id)).toMatchObject([
			...['received', 'classified', 'decided', 'routed'].map((step) => ({ step })),
			{ step: 'corrected', detail: { from: 'General', to: 'IT', assigned_to: 'Network crew', by: null } },
			{ step: 'decided', detail: { department: 'IT', reasons: expect.arrayContaining(['a person decided: IT']) } },
			{ step: 'routed', detail: { system: 'jira_server', external_ticket_id: 'HELP-1' } },
		]);
	});

	it('a webhook is told department and team', async () => {
		await start(UNSURE);
		desk.hookAnswers.push({ status: 201, body: { id: 7 } });
		const id = await desk.ticket();
		const { json } = await desk.correct(id, { department: 'Finance', assigned_to: 'Accounts payable' });
		expect(json).toMatchObject({ status: 'routed', routed_to_system: 'http', external_ticket_id: '7' });
		expect(JSON.parse(desk.hook.requests[0].body)).toMatchObject({
			...{ ticket_id: id, department: 'Finance', assigned_to: 'Accounts payable', needs_review: false },
		});
	});

	it('a department without a system of its own keeps it here, settled', async () => {
		await start(UNSURE);
		const id = await desk.ticket();
		const { json } = await desk.correct(id, { department: 'Legal' });
		expect(json).toMatchObject({ status: 'routed', routed_to_system: 'inbox', assigned_to: 'Legal Counsel' });
		expect(await desk.steps(id)).not.toContain('moved');
	});

	it('a safety rule keeps the priority raised, and the department is the one that the person said', async () => {
		await start();
		const id = await desk.ticket({ title: 'Phishing mail', description: 'I clicked the link in a phishing mail.' });
		const before = await desk.show(id);
		expect(before).toMatchObject({ priority: 'medium', department: 'Security' });
		expect(['high', 'critical']).toContain(before.effective_priority);
		const { json } = await desk.correct(id, { department: 'HR' });
		expect(json).toMatchObject({ department: 'HR', effective_priority: before.effective_priority, status: 'routed' });
		expect(fieldsOf(desk.hr.target.tickets[0]).description).toContain(
			`Priority: ${String(before.effective_priority)} (medium was given)`,
		);
	});
});

describe('from one system to another', () => {
	it('there is a new ticket with a key of its own, and each says where the other is', async () => {
		await start();
		const id = await desk.ticket();
		const { json } = await desk.correct(id, { department: 'HR', note: 'It is about her contract' });
		expect(json).toMatchObject({ status: 'routed', department: 'HR', external_ticket_id: 'OPS-1' });
		const history = await desk.until(id, 'linked');
		expect(history.slice(3)).toMatchObject([
			{ step: 'routed', detail: { external_ticket_id: 'HELP-1' } },
			{ step: 'corrected', detail: { from: 'IT', to: 'HR' } },
			{ step: 'decided', detail: { department: 'HR' } },
			{ step: 'moved', detail: { from: 'jira_server', external_ticket_id: 'HELP-1', to: 'jira_server' } },
			{ step: 'routed', detail: { external_ticket_id: 'OPS-1' } },
			{ step: 'linked', detail: { external_ticket_id: 'HELP-1', to_external_ticket_id: 'OPS-1' } },
		]);
		const [old] = desk.it.target.tickets;
		const [anew] = desk.hr.target.tickets;
		const marker = markerOf(id);
		expect(fieldsOf(old).labels).toEqual([marker]);
		expect(fieldsOf(anew).labels).toEqual([`${marker}-2`]);
		expect(fieldsOf(anew).description).toContain('Moved from: jira_server HELP-1');
		expect(old.comments).toHaveLength(1);
		for (const part of ['HR', 'OPS-1', 'It is about her contract', id]) expect(old.comments[0]).toContain(part);
		expect(old.comments[0]).not.toContain('VPN');
		await desk.idle();
	});

	it('and on, each time with a key of its own, also back to where it was', async () => {
		await start();
		const id = await desk.ticket();
		for (const department of ['HR', 'Legal', 'IT']) {
			const { json } = await desk.freely(() => desk.correct(id, { department }));
			expect(json).toMatchObject({ status: 'routed', department });
		}
		await desk.idle();
		const marker = markerOf(id);
		const labels = [...desk.it.target.tickets, ...desk.hr.target.tickets].map((issue) => fieldsOf(issue).labels[0]);
		expect(labels).toEqual([marker, `${marker}-3`, `${marker}-2`]);
		expect((await desk.steps(id)).filter((step) => step === 'linked')).toHaveLength(2);
		expect(desk.hr.target.tickets[0].comments[0]).toContain('Legal (Legal Counsel): inbox');
	});

	it('what a person confirms stays where it is', async () => {
		await start();
		const id = await desk.ticket();
		const { status, json } = await desk.correct(id, { department: 'IT' });
		expect([status, json.status, json.external_ticket_id]).toEqual([200, 'routed', 'HELP-1']);
		expect((await desk.steps(id)).slice(4)).toEqual(['corrected', 'routed']);
		expect([desk.it.target.tickets.length, desk.it.asked('/comment').length]).toEqual([1, 0]);
		const row = (await desk.service.knex('ticket_logs').first()) as Record<string, unknown>;
		expect([row.corrected_department, row.delivery_number]).toEqual(['IT', 1]);
	});

	it('so does what another department has the same mapping for', async () => {
		await start({ ...UNSURE, REVIEW_DELIVERY: 'general' });
		await desk.map('General', { system: 'http', api_endpoint: `${desk.hook.url}/general` });
		const { mappings } = (await desk.call('GET', '/mappings')).json as {
			mappings: { id: number; department: string }[];
		};
		const legal = mappings.find(({ department }) => department === 'Legal');
		await desk.call('DELETE', `/mappings/${legal?.id}`);
		const id = await desk.ticket();
		expect(await desk.show(id)).toMatchObject({ status: 'needs_review', department: 'General' });
		const { json } = await desk.correct(id, { department: 'Legal' });
		expect(json).toMatchObject({
			status: 'routed',
			department: 'Legal',
			routed_to_system: 'http',
			needs_review: false,
		});
		expect(desk.hook.requests).toHaveLength(1);
	});
});

describe('what has not left yet', () => {
	it('a ticket that waits for its next try just takes another way', async () => {
		await start();
		desk.it.answers.push({ status: 429, headers: { 'Retry-After': '600' }, body: '' });
		const sent = await desk.submit(validBody(), { prefer: 'respond-async' });
		const id = String(sent.json.ticket_id);
		await desk.until(id, 'postponed');
		expect(await desk.show(id)).toMatchObject({ status: 'classified', error_message: expect.stringContaining('429') });
		const { json } = await desk.correct(id, { department: 'HR' });
		expect(json).toMatchObject({ status: 'routed', department: 'HR', error_message: null });
		expect(fieldsOf(desk.hr.target.tickets[0]).labels).toEqual([markerOf(id)]);
		expect(await desk.steps(id)).not.toContain('moved');
		expect(desk.it.target.tickets).toEqual([]);
	});

	it('so does one that failed', async () => {
		await start();
		desk.it.answers.push({ status: 400, body: { errorMessages: ['The project is archived.'] } });
		const id = await desk.ticket();
		expect(await desk.show(id)).toMatchObject({ status: 'failed', department: 'IT' });
		const { json } = await desk.correct(id, { department: 'HR' });
		expect(json).toMatchObject({
			status: 'routed',
			department: 'HR',
			external_ticket_id: 'OPS-1',
			error_message: null,
		});
		expect(await jobsIn(desk.service).all()).toEqual([]);
	});

	it.each(['HR', 'Finance'])(
		'one that may have arrived is sent to %s all the same, and the history says that it may be double',
		async (department) => {
			await start({ RETRY_MAX_ATTEMPTS: '1' });
			desk.it.faults.queue('reset_after');
			const id = await desk.ticket();
			const failed = { status: 'failed', error_message: expect.stringContaining('look there') };
			expect(await desk.show(id)).toMatchObject(failed);
			expect((await desk.correct(id, { department })).json).toMatchObject({ status: 'routed' });
			const again = (await desk.history(id)).find(({ step }) => step === 'sent_again');
			expect(again?.detail).toMatchObject({ may_be_double: true, why: expect.stringContaining('went elsewhere') });
		},
	);
});
