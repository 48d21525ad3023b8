import { createWriteWatch } from '../../service/write-watch';
import { onPostgres } from '../helpers/database';
import { eventually, startService, validBody, type RunningService } from '../helpers/service';

let app: RunningService;
beforeAll(async () => {
	app = await startService();
});
afterAll(() => app.close());

const complaints = () => app.logs.filter(({ msg }) => msg === 'tickets cannot be stored');

it('says why tickets cannot be stored, once, is not ready meanwhile, and is ready when a write succeeds again', async () => {
	const { knex } = app.service;
	await knex.schema.renameTable('ticket_events', 'gone');
	const refused = await Promise.all([1, 2, 3].map(() => app.submit(validBody({ title: 'title-of-mine' }))));
	const batch = await app.call('POST', '/webhook/tickets', { body: { tickets: [validBody(), validBody()] } });
	expect(refused.map(({ status }) => status)).toEqual([503, 503, 503]);
	expect([batch.status, batch.headers.get('retry-after')]).toEqual([503, '5']);
	// There is no such table, in the words of either.
	const code = onPostgres ? '42P01' : 'SQLITE_ERROR';
	expect(complaints()).toEqual([expect.objectContaining({ error: expect.objectContaining({ code }) })]);
	expect(JSON.stringify(complaints())).not.toContain('title-of-mine');

	expect((await app.call('GET', '/readyz')).status).toBe(503);
	const health = await app.call('GET', '/health');
	expect([health.status, health.json.status]).toEqual([503, 'unhealthy']);
	expect(health.json.dependencies).toMatchObject({ database: 'unhealthy' });
	expect(health.json.problems).toEqual([
		expect.stringMatching(/^The database could not be written to: the log says why/),
	]);

	await knex.schema.renameTable('gone', 'ticket_events');
	const ready = (): Promise<true | undefined> =>
		app.call('GET', '/readyz').then(({ status }) => (status === 200 ? true : undefined));
	await eventually(ready, 'the service to be ready by itself');
	const well = (await app.call('GET', '/health')).json;
	expect([well.status, well.problems]).toEqual(['healthy', undefined]);
	expect(await knex('ticket_events').where({ step: 'probe' })).toEqual([]);
	expect((await app.submit(validBody())).status).toBe(200);
});

it('makes one try at a time', async () => {
	let probes = 0;
	const watch = createWriteWatch(() => {
		probes += 1;
		return new Promise((resolve) => setTimeout(resolve, 10));
	});
	expect(watch.ok()).toBe(true);
	watch.record(false, Object.assign(new Error(), { code: 'SQLITE_FULL' }));
	expect(watch.reason()).toBe('its disk is full');
	expect([watch.ok(), watch.ok(), watch.ok()]).toEqual([false, false, false]);
	expect(probes).toBe(1);
	await new Promise((resolve) => setTimeout(resolve, 30));
	expect([watch.ok(), watch.reason()]).toEqual([true, null]);
});

it('a database that is gone is no bug', async () => {
	const gone = Object.assign(new Error('quoting what was asked'), { code: 'ECONNREFUSED' });
	const pool = app.service.knex.client as { acquireConnection(): Promise<unknown> };
	jest.spyOn(pool, 'acquireConnection').mockRejectedValue(gone);
	const answers = await Promise.all(
		['/tickets', '/webhook/ticket/TKT-1', '/mappings', '/subscriptions'].map((path) => app.call('GET', path)),
	);
	const health = await app.call('GET', '/health');
	const ready = await app.call('GET', '/readyz');
	jest.restoreAllMocks();
	for (const { status, headers, json } of answers) {
		expect([status, headers.get('retry-after')]).toEqual([503, '5']);
		expect(json.detail).toBe('The database does not do this now (it cannot be reached): send it again later');
	}
	expect(health.json.problems).toEqual([expect.stringContaining('does not answer: it cannot be reached')]);
	expect(ready.status).toBe(503);
	const said = app.logs.filter(({ msg }) => msg === 'the database failed requests');
	expect(said).toEqual([expect.objectContaining({ error: expect.objectContaining({ code: 'ECONNREFUSED' }) })]);
	expect(JSON.stringify(app.logs)).not.toContain('quoting what was asked');
});

it('a pool that others have used up is said to be, and nothing hangs on it', async () => {
	const { knex } = app.service;
	const { max } = (knex.client as { pool: { max: number } }).pool;
	const held = await Promise.all(Array.from({ length: max }, () => knex.transaction()));
	const answers = await Promise.all([app.submit(validBody()), app.call('GET', '/tickets'), app.call('GET', '/health')]);
	await Promise.all(held.map((trx) => trx.rollback()));
	expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
	expect(answers.slice(0, 2).map(({ json }) => json.detail)).toEqual([
		expect.stringContaining('all its connections are in use'),
		expect.stringContaining('all its connections are in use'),
	]);
	expect((await app.submit(validBody())).status).toBe(200);
});
