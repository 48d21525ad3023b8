import Ajv2020 from 'ajv/dist/2020';
import { openApiDocument } from '../../../service/http/openapi';
import { startDesk, type Desk } from '../../helpers/desk';
import { eventually, type Answer } from '../../helpers/service';

const BARE = '0123456789abcdef-bare';
const KEYS = { TRIAGE_API_KEYS: `ana:ana-0123456789abcdef, ${BARE}` };
const ANA = { authorization: 'Bearer ana-0123456789abcdef' };

let desk: Desk;
async function start(environment: Record<string, string> = {}): Promise<void> {
	desk = await startDesk(environment);
}
afterEach(() => desk.close());

const document = openApiDocument('1.0.0', true) as {
	paths: Record<string, { post: { responses: Record<string, { content: Record<string, { schema: object }> }> } }>;
	components: { schemas: Record<string, unknown> };
};
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema({ $id: 'api', ...document });

/** What the document says of such an answer to `POST path` does not fit this one. */
function misfits(path: string, { status, json }: Answer): unknown {
	const [schema] = Object.values(document.paths[path].post.responses[status].content).map((one) => one.schema);
	const { $ref } = schema as { $ref: string };
	const fits = ajv.compile({ $ref: `api${$ref}` });
	return fits(json) ? null : fits.errors;
}

describe('what is refused', () => {
	const correct = (id: string, body?: unknown) => desk.call('POST', `/tickets/${id}/correct`, { body });
	const long = 'x'.repeat(2001);

	test.each<[string, unknown, number, Record<string, string>]>([
		['nothing', {}, 422, { department: 'is required' }],
		['a list', [], 422, { '': 'must be an object with department' }],
		['no department', { department: null }, 422, { department: 'must be a text' }],
		[
			'an unknown one',
			{ department: 'Astrology' },
			422,
			{ department: expect.stringMatching(/^must be one of IT, HR/) },
		],
		['an empty one', { department: ' ' }, 422, { department: expect.stringContaining('General') }],
		['a name of objects', { department: '__proto__' }, 422, { department: expect.stringContaining('must be one of') }],
		['a long one', { department: long }, 422, { department: 'must have at most 200 characters' }],
		[
			'everything wrong at once',
			{ department: 'Astrology', note: long, assigned_to: 7, priority: 'high', status: 'routed' },
			422,
			{
				department: expect.stringContaining('must be one of'),
				note: 'must have at most 2000 characters',
				assigned_to: 'must be a text',
				priority: 'is not a field of this request',
				status: 'is not a field of this request',
			},
		],
	])('%s', async (_, body, status, problems) => {
		await start();
		const answer = await correct(await desk.ticket(), body);
		expect(answer.status).toBe(status);
		expect(misfits('/tickets/{id}/correct', answer)).toBeNull();
		const errors = answer.json.errors as { field: string; message: string }[];
		expect(Object.fromEntries(errors.map(({ field, message }) => [field, message]))).toEqual(problems);
		expect(errors).toHaveLength(Object.keys(problems).length);
	});

	it('an unknown ticket, however it is named', async () => {
		await start();
		for (const id of ['TKT-0', 'x'.repeat(65), '%2e%2e', "'%20OR%201=1", '%00']) {
			for (const what of ['correct', 'retry']) {
				const answer = await desk.call('POST', `/tickets/${id}/${what}`, {
					body: { correct: { department: 'IT' } }[what],
				});
				expect([id, what, answer.status]).toEqual([id, what, 404]);
				expect(misfits(`/tickets/{id}/${what}`, answer)).toBeNull();
			}
		}
	});

	it('another method, another kind of body, and one that is no JSON', async () => {
		await start();
		const id = await desk.ticket();
		for (const path of [`/tickets/${id}/correct`, `/tickets/${id}/retry`, '/tickets/retry']) {
			const answer = await desk.call('GET', path);
			expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
			const headers = { 'content-type': 'text/plain' };
			expect((await desk.call('POST', path, { body: 'IT', headers })).status).toBe(415);
			expect((await desk.call('POST', path, { body: '{"department":' })).status).toBe(400);
		}
	});

	test.each<[string, unknown, string]>([
		['/tickets/TKT-0/retry', { ask: 'no' }, 'ask'],
		['/tickets/TKT-0/retry', { force: true }, 'force'],
		['/tickets/retry', { limit: 0 }, 'limit'],
		['/tickets/retry', { limit: 10_001 }, 'limit'],
		['/tickets/retry', { limit: 1.5 }, 'limit'],
		['/tickets/retry', { from: 'yesterday' }, 'from'],
		['/tickets/retry', { text: '' }, 'text'],
		['/tickets/retry', { status: 'routed' }, 'status'],
	])('%s with %j', async (path, body, field) => {
		await start();
		const { status, json } = await desk.call('POST', path, { body });
		expect([status, (json.errors as { field: string }[]).map((one) => one.field)]).toEqual([422, [field]]);
	});

	it('a ticket that is worked on at the moment: the caller is told when to come again', async () => {
		await start({ SYNC_WAIT_MS: '0' });
		desk.it.faults.queue('hang');
		const id = await desk.ticket();
		await eventually(() => Promise.resolve(desk.it.requests.length > 0 || undefined), 'the delivery to begin');
		for (const [what, body] of Object.entries({ correct: { department: 'HR' }, retry: {} })) {
			const answer = await desk.call('POST', `/tickets/${id}/${what}`, { body });
			expect([answer.status, answer.headers.get('retry-after')]).toEqual([409, '3']);
			expect(misfits(`/tickets/{id}/${what}`, answer)).toBeNull();
		}
		expect(await desk.steps(id)).not.toContain('corrected');
		const row = (await desk.service.knex('ticket_logs').first()) as Record<string, unknown>;
		expect(row.corrected_department).toBeNull();
	});
});

describe('what is answered', () => {
	it('to one who waits, the settled ticket; to one who does not, where it can be seen', async () => {
		await start({ CONFIDENCE_THRESHOLD: '1' });
		const id = await desk.ticket();
		const at = await desk.correct(id, { department: 'Finance' }, { prefer: 'respond-async' });
		expect([at.status, at.headers.get('location'), at.headers.get('preference-applied')]).toEqual([
			...[202, `/webhook/ticket/${id}`, 'respond-async'],
		]);
		expect(at.json).toMatchObject({ ticket_id: id, status: 'classified', department: 'Finance', needs_review: false });
		expect(misfits('/tickets/{id}/correct', at)).toBeNull();
		await desk.idle();
		expect((await desk.show(id)).status).toBe('routed');
		const waited = await desk.correct(id, { department: 'HR' });
		expect([waited.status, waited.json.status, waited.headers.get('location')]).toEqual([200, 'routed', null]);
		expect(misfits('/tickets/{id}/correct', waited)).toBeNull();
	});

	it('of a failed ticket that is at work again, nothing of the failure', async () => {
		await start({ SYNC_WAIT_MS: '100' });
		desk.it.answers.push({ status: 400, body: '' });
		const id = await desk.ticket();
		await desk.until(id, 'failed');
		expect((await desk.show(id)).error_message).toContain('400');
		desk.it.faults.queue('hang');
		const { status, json, headers } = await desk.retry(id, {});
		expect([status, headers.get('location')]).toEqual([202, `/webhook/ticket/${id}`]);
		expect(json).toMatchObject({ status: 'classified', error_message: null });
	});

	it.each([{}, { assigned_to: null, note: null }, { assigned_to: ' \n', note: '' }])(
		'the team of the mapping with %j',
		async (rest) => {
			await start();
			const { json } = await desk.correct(await desk.ticket(), { department: 'HR', ...rest });
			expect(json.assigned_to).toBe('People Operations');
			const row = (await desk.service.knex('ticket_logs').first()) as Record<string, unknown>;
			expect([row.corrected_team, row.corrected_note]).toEqual([null, null]);
		},
	);

	it('texts as every store can hold them', async () => {
		await start();
		const id = await desk.ticket();
		const note = ' a\0b\ud800 \n<b>';
		const { status } = await desk.correct(id, { department: ' leGal ', assigned_to: 'one\ntwo', note });
		expect(status).toBe(200);
		const row = (await desk.service.knex('ticket_logs').first()) as Record<string, unknown>;
		expect([row.corrected_department, row.corrected_team, row.corrected_note]).toEqual([
			...['Legal', 'one two', 'a\ufffdb\ufffd \n<b>'],
		]);
	});

	it('a note of the longest kind, and one of characters outside the first plane', async () => {
		await start();
		const id = await desk.ticket();
		expect((await desk.correct(id, { department: 'HR', note: '😀'.repeat(2000) })).status).toBe(200);
	});
});

describe('who it was', () => {
	it('stands in the history and in the log by the name of the key, never by the key', async () => {
		desk = await startDesk(KEYS, ANA);
		desk.it.answers.push({ status: 400, body: '' }, { status: 400, body: '' });
		const id = await desk.ticket();
		expect((await desk.call('POST', `/tickets/${id}/retry`, { headers: { authorization: '' } })).status).toBe(401);
		await desk.retry(id);
		await desk.call('POST', '/tickets/retry', { headers: { authorization: '', 'x-api-key': BARE } });
		await desk.until(id, 'routed');
		await desk.correct(id, { department: 'HR' });
		const said = (await desk.history(id)).filter(({ step }) => step === 'retried' || step === 'corrected');
		expect(said.map(({ detail }) => detail.by)).toEqual(['ana', 'key2', 'ana']);
		expect(desk.logs.filter(({ msg }) => msg === 'ticket corrected')).toMatchObject([
			{ ticket_id: id, caller: 'ana', department: 'HR' },
		]);
		const everything = JSON.stringify([desk.logs, await desk.service.knex('ticket_events').select()]);
		expect(everything).not.toContain('0123456789abcdef');
	});
});
