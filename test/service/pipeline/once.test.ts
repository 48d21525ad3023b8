import { jobsIn } from '../../helpers/jobs';
import { startLocalServer, type Answer, type LocalServer } from '../../helpers/local-server';
import { eventually, mapToHttp, startService, validBody, type RunningService } from '../../helpers/service';

let target: LocalServer;
let app: RunningService;
let answers: Answer[];
let onRequest: () => void;

async function start(environment: Record<string, string> = {}): Promise<void> {
	answers = [];
	onRequest = () => undefined;
	target = await startLocalServer(() => {
		onRequest();
		return answers.shift() ?? { status: 201, body: { id: 42 } };
	});
	app = await startService({ ALLOWED_PRIVATE_HOSTS: '127.0.0.1', ...environment }, { leaseMs: 300 });
	await mapToHttp(app, 'IT', { api_endpoint: target.url });
}

afterEach(async () => {
	await app.close();
	await target.close();
});

async function settled(id: unknown): Promise<Record<string, unknown>> {
	return eventually(async () => {
		const { json } = await app.call('GET', `/webhook/ticket/${String(id)}`);
		return json.status === 'routed' || json.status === 'failed' ? json : undefined;
	}, 'the ticket to settle');
}

it('waits whole milliseconds, which is what the column holds', async () => {
	await start({ SYNC_WAIT_MS: '0', RETRY_BACKOFF_FACTOR: '1.7' });
	answers.push({ status: 503 });
	await app.submit(validBody());
	const [job] = await eventually(async () => {
		const rows = (await jobsIn(app.service).all()).filter(({ state }) => state === 'waiting');
		return rows.length > 0 ? rows : undefined;
	}, 'the job to wait');
	expect(Number.isInteger(job.run_after)).toBe(true);
});

it('does not deliver again because the database refused for a moment to keep the receipt', async () => {
	await start();
	const { knex } = app.service;
	onRequest = () => {
		void knex.schema.renameTable('ticket_events', 'gone').then(async () => {
			await new Promise((resolve) => setTimeout(resolve, 700));
			await knex.schema.renameTable('gone', 'ticket_events');
		});
	};
	answers.push({ status: 201, body: { id: 42 }, delay: 100 });
	const { json } = await app.submit(validBody());
	expect(await settled(json.ticket_id)).toMatchObject({ status: 'routed', external_ticket_id: '42' });
	expect(target.requests).toHaveLength(1);
});

it.each([1, 5])('gives up, and sends nothing, where %i tries were begun and none was finished', async (tries) => {
	await start({ RETRY_MAX_ATTEMPTS: String(tries), SYNC_WAIT_MS: '0' });
	answers.push({ status: 503 });
	const { pipeline } = app.service;
	await pipeline.stop();
	const { json } = await app.submit(validBody());
	await jobsIn(app.service).lose(tries);
	pipeline.start();
	expect(await settled(json.ticket_id)).toMatchObject({
		status: 'failed',
		error_message: expect.stringMatching(new RegExp(`begun ${tries} times? and never finished$`)),
	});
	expect(target.requests).toEqual([]);
	expect(await jobsIn(app.service).all()).toMatchObject([{ state: 'dead' }]);
});
