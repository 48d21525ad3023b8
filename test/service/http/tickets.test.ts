import type { TicketRecord } from '../../../service/store/records';
import { startService, validBody, type RunningService } from '../../helpers/service';

let app: RunningService;
beforeAll(async () => {
	app = await startService();
});
afterAll(() => app.close());

const TICKET_FIELDS = [
	'ticket_id',
	'title',
	'status',
	'department',
	'assigned_to',
	'priority',
	'effective_priority',
	'external_ticket_id',
	'external_url',
	'routed_to_system',
	'confidence_score',
	'needs_review',
	'error_message',
	'created_at',
	'updated_at',
	'classification',
];

describe('POST /webhook/ticket', () => {
	it('answers with the settled ticket', async () => {
		const { status, json } = await app.submit(validBody());
		expect(status).toBe(200);
		expect(Object.keys(json)).toEqual(TICKET_FIELDS);
		expect(json).toMatchObject({
			status: 'routed',
			department: 'IT',
			assigned_to: 'IT Support',
			routed_to_system: 'inbox',
			priority: 'medium',
			needs_review: false,
			classification: { department: 'IT', classifier: 'local' },
		});
		expect(json.ticket_id).toMatch(/^TKT-[0-9A-F]{24}$/);
		expect(json.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	});

	it('answers 202 at once where that is preferred, and the ticket settles all the same', async () => {
		const { status, json, headers } = await app.submit(validBody(), { prefer: 'respond-async, wait=5' });
		expect(status).toBe(202);
		expect(headers.get('preference-applied')).toBe('respond-async');
		expect(headers.get('location')).toBe(`/webhook/ticket/${String(json.ticket_id)}`);
		expect(json.status).toBe('received');
		const later = await app.service.pipeline.settled(
			{ ...(json as unknown as TicketRecord), status: 'received' },
			2000,
		);
		expect(later.status).toBe('routed');
	});

	it('sends unsure tickets to General and a person, and keeps the suggestion', async () => {
		const strict = await startService({ CONFIDENCE_THRESHOLD: '1' });
		try {
			const { json } = await strict.submit(validBody());
			expect(json).toMatchObject({
				status: 'needs_review',
				department: 'General',
				needs_review: true,
				routed_to_system: 'inbox',
				classification: { department: 'IT' },
			});
		} finally {
			await strict.close();
		}
	});

	it('keeps the given priority and shows the one a safety rule raised it to', async () => {
		const { json } = await app.submit(
			validBody({
				title: 'Smell of gas in the kitchen',
				description: 'There is a smell of gas on floor 2.',
				priority: 'low',
			}),
		);
		expect(json).toMatchObject({ department: 'Facilities', priority: 'low', effective_priority: 'critical' });
	});
});

describe('POST /webhook/tickets', () => {
	it('answers one ticket or problem for each, in order', async () => {
		const tickets = [validBody({ title: 'first' }), { title: 'no more' }, validBody({ title: 'third' }), 7];
		const { status, json } = await app.call('POST', '/webhook/tickets', { body: { tickets } });
		expect(status).toBe(200);
		expect(json.results).toEqual([
			expect.objectContaining({ title: 'first', ticket_id: expect.stringMatching(/^TKT-/) }),
			expect.objectContaining({
				status: 422,
				errors: [expect.objectContaining({ field: 'description' }), expect.anything()],
			}),
			expect.objectContaining({ title: 'third' }),
			expect.objectContaining({ status: 422, errors: [expect.objectContaining({ field: '' })] }),
		]);
	});

	it('takes 500 of the longest kind and settles them all', async () => {
		const tickets = Array.from({ length: 500 }, (_, i) =>
			validBody({ title: `ticket ${i}`, description: 'ü'.repeat(5000) }),
		);
		const { status, json } = await app.call('POST', '/webhook/tickets', { body: { tickets } });
		const results = json.results as { title: string; status: string }[];
		expect(status).toBe(200);
		expect(results.map(({ title }) => title)).toEqual(tickets.map(({ title }) => title));
		expect(results.filter(({ status: state }) => state === 'received')).toEqual([]);
	});

	it('takes at least one and at most 500', async () => {
		const none = await app.call('POST', '/webhook/tickets', { body: { tickets: [] } });
		const many = await app.call('POST', '/webhook/tickets', {
			body: { tickets: Array.from({ length: 501 }, () => validBody()) },
		});
		expect([none.status, many.status]).toEqual([422, 422]);
		expect(many.json.errors).toEqual([{ field: 'tickets', message: 'must have at most 500 tickets' }]);
	});

	it('answers 202 with every ticket received where that is preferred', async () => {
		const body = { tickets: [validBody(), validBody()] };
		const { status, json } = await app.call('POST', '/webhook/tickets', { body, headers: { prefer: 'respond-async' } });
		expect(status).toBe(202);
		expect(json.results).toHaveLength(2);
	});
});

describe('GET /webhook/ticket/:id', () => {
	it('shows the ticket, with its history where asked', async () => {
		const { json: made } = await app.submit(validBody());
		const plain = await app.call('GET', `/webhook/ticket/${String(made.ticket_id)}`);
		expect(plain.json).toEqual(made);
		const full = await app.call('GET', `/webhook/ticket/${String(made.ticket_id)}?expand=history`);
		const history = full.json.history as { step: string; detail: Record<string, unknown> }[];
		expect(history.map(({ step }) => step)).toEqual(['received', 'classified', 'decided', 'routed']);
		expect(history[1].detail).toMatchObject({
			department: 'IT',
			classifier: 'local',
			model: expect.stringMatching(/^local-/),
		});
		expect(history[2].detail.reasons).toEqual([
			expect.stringMatching(/^confidence 0\.\d\d for IT reaches the threshold 0\.30$/),
		]);
	});

	it.each(['TKT-NONE', '%00', "'; drop table ticket_logs;--", 'x'.repeat(2000)])('answers 404 for %p', async (id) => {
		const { status, json, headers } = await app.call('GET', `/webhook/ticket/${encodeURIComponent(id)}`);
		expect(status).toBe(404);
		expect(headers.get('content-type')).toContain('application/problem+json');
		expect(json).toMatchObject({ status: 404, title: 'Not Found' });
	});
});

describe('GET /tickets', () => {
	let own: RunningService;
	const titles = ['printer is broken', 'invoice unpaid', '100% printer_toner', 'holiday', 'Printer again'];
	beforeAll(async () => {
		own = await startService();
		for (const title of titles) await own.submit(validBody({ title, description: title }));
	});
	afterAll(() => own.close());
	const list = async (query: string): Promise<{ titles: string[]; next: unknown }> => {
		const { json } = await own.call('GET', `/tickets?${query}`);
		return { titles: (json.tickets as { title: string }[]).map(({ title }) => title), next: json.next_cursor };
	};

	it('pages newest first, each ticket once', async () => {
		const seen: string[] = [];
		let cursor = '';
		do {
			const page = await list(`limit=2${cursor}`);
			expect(page.titles.length).toBeLessThanOrEqual(2);
			seen.push(...page.titles);
			cursor = page.next === null ? '' : `&cursor=${String(page.next)}`;
		} while (cursor !== '');
		expect(seen).toEqual([...titles].reverse());
	});

	it('filters by text literally, whatever its case', async () => {
		expect((await list('text=PRINTER')).titles).toEqual(['Printer again', '100% printer_toner', 'printer is broken']);
		expect((await list(`text=${encodeURIComponent('100%')}`)).titles).toEqual(['100% printer_toner']);
		expect((await list('text=r_t')).titles).toEqual(['100% printer_toner']);
	});

	it('filters by status, department in any case, and time', async () => {
		const { json } = await own.call('GET', '/tickets');
		const all = json.tickets as { department: string; title: string; status: string; created_at: string }[];
		const department = all[0].department;
		const sameDepartment = all.filter((ticket) => ticket.department === department).map(({ title }) => title);
		expect((await list(`department=${department.toUpperCase()}`)).titles).toEqual(sameDepartment);
		expect((await list('status=failed')).titles).toEqual([]);
		const middle = encodeURIComponent(all[2].created_at);
		expect((await list(`from=${middle}`)).titles).toEqual(
			all.filter((t) => t.created_at >= all[2].created_at).map((t) => t.title),
		);
		expect((await list(`to=${middle}`)).titles).toEqual(
			all.filter((t) => t.created_at < all[2].created_at).map((t) => t.title),
		);
	});

	it('names every wrong parameter', async () => {
		const { status, json } = await own.call('GET', '/tickets?status=nix&limit=0&cursor=abc&from=yesterday');
		expect(status).toBe(422);
		expect((json.errors as { field: string }[]).map(({ field }) => field).sort()).toEqual([
			'cursor',
			'from',
			'limit',
			'status',
		]);
	});
});
