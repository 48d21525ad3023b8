import { GEMINI_KEY, startGemini } from '../../helpers/gemini-server';
import { startFleet, type Fleet } from '../../helpers/fleet';
import type { LocalServer } from '../../helpers/local-server';
import { changes, samplesIn, samplesOf } from '../../helpers/samples';
import { eventually, startService, validBody, type RunningService } from '../../helpers/service';

const pageOf = async (app: Pick<RunningService, 'call'>): Promise<string> => (await app.call('GET', '/metrics')).text;

describe('tickets', () => {
	let app: RunningService;
	beforeEach(async () => {
		app = await startService();
	});
	afterEach(() => app.close());

	it('are at zero before anything happened, so that the first one is an increase', async () => {
		const samples = samplesIn(await pageOf(app));
		for (const name of [
			...['received', 'routed', 'needs_review', 'failed'].map((status) => `tickets_total{status="${status}"}`),
			...['tickets_by_department{department="IT"}', 'tickets_corrected_total{department="Legal"}'],
			...['external_api_calls_total{system="jira",outcome="unavailable"}', 'retry_attempts_total{system="gemini"}'],
			...['deliveries_held_total{system="slack"}', 'gemini_fallbacks_total{reason="rate_limited"}'],
			...['gemini_tokens_total{kind="input"}', 'event_deliveries_total{outcome="failed"}'],
			...['tickets_erased_total{reason="retention"}', 'processing_time_seconds_count{stage="total"}'],
			...['classification_confidence_count{classifier="gemini"}', 'review_backlog_tickets'],
		]) {
			expect([name, samples.get(name)]).toEqual([name, 0]);
		}
		expect(samples.get('build_info{version="0.0.0-test"}')).toBe(1);
		expect(samples.get('database_up')).toBe(1);
	});

	it('are counted once, however often their request is repeated', async () => {
		const before = await pageOf(app);
		const headers = { 'idempotency-key': 'one-and-the-same' };
		for (let i = 0; i < 3; i += 1) await app.submit(validBody(), headers);
		const after = await pageOf(app);
		expect(changes(before, after, 'tickets_')).toEqual({
			'tickets_total{status="received"}': 1,
			'tickets_total{status="routed"}': 1,
			'tickets_by_department{department="IT"}': 1,
		});
		expect(changes(before, after, 'classification_confidence_count')).toEqual({
			'classification_confidence_count{classifier="local"}': 1,
		});
	});

	it('that a person corrects are counted as corrected, and refused corrections are not', async () => {
		const { ticket_id: id } = (await app.submit(validBody())).json;
		const before = await pageOf(app);
		await app.call('POST', `/tickets/${String(id)}/correct`, { body: { department: 'security' } });
		await app.call('POST', `/tickets/${String(id)}/correct`, { body: { department: 'Navy' } });
		await app.call('POST', '/tickets/TKT-0/correct', { body: { department: 'Legal' } });
		expect(changes(before, await pageOf(app), 'tickets_')).toEqual({
			'tickets_corrected_total{department="Security"}': 1,
			'tickets_total{status="routed"}': 1,
			'tickets_by_department{department="Security"}': 1,
		});
	});

	it('that are corrected days later took as long as the correction did', async () => {
		const { ticket_id: id } = (await app.submit(validBody())).json;
		const created = new Date(Date.now() - 5 * 86_400_000).toISOString();
		await app.service.knex('ticket_logs').where({ ticket_id: id }).update({ created_at: created });
		await app.call('POST', `/tickets/${String(id)}/correct`, { body: { department: 'Legal' } });
		const sum = samplesIn(await pageOf(app)).get('processing_time_seconds_sum{stage="total"}');
		expect(sum).toBeLessThan(86_400);
	});
});

describe('tickets that wait for a person', () => {
	let app: RunningService;
	beforeEach(async () => {
		app = await startService({ CONFIDENCE_THRESHOLD: '1' });
	});
	afterEach(() => app.close());

	it('are counted with the age of the oldest, until they are corrected or erased', async () => {
		const ids = [];
		for (let i = 0; i < 3; i += 1)
			ids.push((await app.submit(validBody({ email: `p${i}@example.com` }))).json.ticket_id);
		const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
		await app.service.knex('ticket_logs').where({ ticket_id: ids[0] }).update({ created_at: hourAgo });
		const first = samplesIn(await pageOf(app));
		expect(first.get('review_backlog_tickets')).toBe(3);
		expect(first.get('review_backlog_oldest_seconds')).toBeGreaterThanOrEqual(3600);
		await app.call('POST', `/tickets/${String(ids[0])}/correct`, { body: { department: 'IT' } });
		await app.call('POST', '/tickets/erase', { body: { email: 'p1@example.com' } });
		const then = samplesIn(await pageOf(app));
		expect(then.get('review_backlog_tickets')).toBe(1);
		expect(then.get('review_backlog_oldest_seconds')).toBeLessThan(3600);
	});
});

describe('deliveries', () => {
	let fleet: Fleet;
	afterEach(() => fleet.close());

	/** Those of the samples that are above 0, as soon as there are any. */
	function nonZero(beginning: string): Promise<Record<string, number>> {
		return eventually(async () => {
			const found = Object.entries(samplesOf(await pageOf(fleet), beginning)).filter(([, value]) => value > 0);
			return found.length > 0 ? Object.fromEntries(found) : undefined;
		}, beginning);
	}

	it('that are tried again are counted by try, the ticket once', async () => {
		fleet = await startFleet(['zendesk']);
		fleet.places.zendesk.faults.queue('unavailable', 'unavailable');
		const before = await pageOf(fleet);
		await fleet.settled(await fleet.send('zendesk'));
		const after = await pageOf(fleet);
		const system = 'system="zendesk"';
		expect(changes(before, after, 'external_api_calls_total')).toMatchObject({
			[`external_api_calls_total{${system},outcome="unavailable"}`]: 2,
		});
		expect(changes(before, after, 'retry_attempts_total')).toEqual({ [`retry_attempts_total{${system}}`]: 2 });
		expect(changes(before, after, 'tickets_total')).toEqual({
			'tickets_total{status="received"}': 1,
			'tickets_total{status="routed"}': 1,
		});
		expect(samplesIn(after).get('classification_confidence_count{classifier="local"}')).toBe(1);
	});

	it('that are put off while a target asks for a pause are counted as held', async () => {
		fleet = await startFleet(['http']);
		fleet.places.http.answers.push({ status: 429, headers: { 'retry-after': '60' }, body: '' });
		await fleet.send('http', 0);
		await nonZero('external_api_calls_total{system="http",outcome="rate_limited"}');
		await fleet.send('http', 1);
		const held = await nonZero('deliveries_held_total');
		expect(Object.keys(held)).toEqual(['deliveries_held_total{system="http"}']);
	});
});

describe('Gemini', () => {
	let gemini: LocalServer;
	let app: RunningService;
	afterEach(async () => {
		await app.close();
		await gemini.close();
	});
	const ask = (environment: Record<string, string>): Promise<RunningService> =>
		startService({ GEMINI_BASE_URL: gemini.url, CLASSIFIER: 'gemini', GEMINI_MAX_ATTEMPTS: '1', ...environment });

	it.each([
		['a wrong key', { GEMINI_API_KEY: 'the-wrong-key' }, 'auth'],
		['an answer without sense', { GEMINI_API_KEY: GEMINI_KEY }, 'unreadable'],
		['a budget that is used up', { GEMINI_API_KEY: GEMINI_KEY, GEMINI_TOKENS_PER_DAY: '1' }, 'rate_limited'],
	])('%s: what the local model decides in its place is counted by why', async (_what, environment, reason) => {
		gemini = await startGemini(() => 'no JSON at all');
		app = await ask(environment);
		const before = await pageOf(app);
		await app.submit(validBody());
		expect(changes(before, await pageOf(app), 'gemini_fallbacks_total')).toEqual({
			[`gemini_fallbacks_total{reason="${reason}"}`]: 1,
		});
	});

	it.each([
		['an answer', { CLASSIFIER: 'gemini' }, 1],
		['what it is not asked about', { CLASSIFIER: 'cascade', GEMINI_CUTOFF: '0' }, 0],
	])('%s is no fallback', async (_what, environment, answers) => {
		gemini = await startGemini(() => ({ department: 'IT', confidence: 0.9, reasoning: 'VPN.' }));
		app = await ask({ GEMINI_API_KEY: GEMINI_KEY, ...environment });
		await app.submit(validBody());
		const page = await pageOf(app);
		expect(samplesIn(page).get('gemini_answers_total')).toBe(answers);
		expect(new Set(Object.values(samplesOf(page, 'gemini_fallbacks_total')))).toEqual(new Set([0]));
	});

	it('how far a budget is used up is shown, for those that are set', async () => {
		gemini = await startGemini(() => ({ department: 'IT', confidence: 0.9, reasoning: 'VPN.' }));
		app = await ask({ GEMINI_API_KEY: GEMINI_KEY, GEMINI_REQUESTS_PER_DAY: '4' });
		expect(samplesOf(await pageOf(app), 'gemini_budget_used_ratio')).toEqual({
			'gemini_budget_used_ratio{budget="requests_per_day"}': 0,
		});
		await app.submit(validBody());
		expect(samplesOf(await pageOf(app), 'gemini_budget_used_ratio')).toEqual({
			'gemini_budget_used_ratio{budget="requests_per_day"}': 0.25,
		});
	});
});
