import { insertKeys, type KeptKey } from '../../service/store/idempotency-keys';
import { holdBack } from '../helpers/hold-back';
import { startPostgres, type Postgres } from '../helpers/postgres';
import { spawnService } from '../helpers/process';
import { callTo, eventually, startService, validBody, type Answer, type RunningService } from '../helpers/service';

let postgres: Postgres;
let apps: RunningService[];
beforeAll(async () => {
	postgres = await startPostgres();
	const url = await postgres.createDatabase();
	apps = [];
	for (let i = 0; i < 3; i += 1) apps.push(await startService({ DATABASE_URL: url }));
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
	for (const app of apps) await app.close();
	await postgres.stop();
});

async function stored(title: string): Promise<number> {
	const rows = (await apps[0].service.knex('ticket_logs').select('ticket_id').where({ title })) as unknown[];
	return rows.length;
}

/** As one who comes again when told to. */
function insist(ask: () => Promise<Answer>): Promise<Answer> {
	return eventually(async () => {
		const answer = await ask();
		return answer.status === 409 ? undefined : answer;
	}, 'an answer');
}

it('fifty clients of three processes with one key get one ticket', async () => {
	const own = { DATABASE_URL: await postgres.createDatabase(), CONFIDENCE_THRESHOLD: '0' };
	const processes = await Promise.all([1, 2, 3].map(() => spawnService(own)));
	const request = { body: validBody({ title: 'of fifty' }), headers: { 'Idempotency-Key': 'fifty' } };
	const answers = await Promise.all(
		Array.from({ length: 50 }, (_, i) =>
			insist(() => callTo(processes[i % processes.length].url)('POST', '/webhook/ticket', request)),
		),
	);
	const { json } = await callTo(processes[0].url)('GET', '/tickets');
	expect(await Promise.all(processes.map(({ kill }) => kill('SIGTERM')))).toEqual([0, 0, 0]);
	expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
	expect(answers.map(({ text }) => text)).toEqual(answers.map(() => answers[0].text));
	expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(49);
	expect((json.tickets as Answer['json'][]).map(({ ticket_id }) => ticket_id)).toEqual([answers[0].json.ticket_id]);
});

it('who comes too late by a moment gets the ticket of another process, and its neighbours are stored', async () => {
	const [first, second] = apps;
	const body = validBody({ title: 'of a moment' });
	const headers = { 'Idempotency-Key': 'moment' };
	const { stopped, goOn } = holdBack(second);
	const late = second.submit(body, headers);
	const neighbours = Array.from({ length: 20 }, (_, i) =>
		second.submit(validBody({ title: 'of neighbours' }), { 'Idempotency-Key': `neighbour-${i}` }),
	);
	await stopped;
	const made = await first.submit(body, headers);
	goOn();
	const { status, json, headers: said } = await late;
	expect([status, json.ticket_id]).toEqual([200, made.json.ticket_id]);
	expect(said.get('idempotent-replayed')).toBe('true');
	expect((await Promise.all(neighbours)).map((answer) => answer.status)).toEqual(neighbours.map(() => 200));
	expect([await stored('of a moment'), await stored('of neighbours')]).toEqual([1, 20]);
});

it('another request under the key is refused even where it comes at the same moment', async () => {
	const [first, second] = apps;
	const headers = { 'Idempotency-Key': 'others' };
	const { stopped, goOn } = holdBack(second);
	const late = second.submit(validBody({ title: 'refused' }), headers);
	await stopped;
	expect((await first.submit(validBody(), headers)).status).toBe(200);
	goOn();
	expect((await late).status).toBe(422);
	expect(await stored('refused')).toBe(0);
});

it('many tickets sent to three processes at once are stored once', async () => {
	const title = 'of many';
	const request = {
		body: { tickets: Array.from({ length: 300 }, () => validBody({ title })) },
		headers: { 'Idempotency-Key': 'many' },
	};
	const answers = await Promise.all(apps.map((app) => insist(() => app.call('POST', '/webhook/tickets', request))));
	const ids = answers.map(({ json }) => (json.results as { ticket_id: unknown }[]).map((one) => one.ticket_id));
	expect(new Set(ids[0]).size).toBe(300);
	expect([ids[1], ids[2]]).toEqual([ids[0], ids[0]]);
	expect(await stored(title)).toBe(300);
});

it('transactions with the same keys in opposite orders do not lock each other out', async () => {
	const { knex } = apps[0].service;
	for (let round = 0; round < 10; round += 1) {
		const keys = Array.from({ length: 200 }, (_, i): KeptKey => {
			return { caller: '', key: `${round}-${i}`, item: 0, fingerprint: '', ticket_id: '', created_at: 0 };
		});
		const write = (some: KeptKey[]): Promise<void> => knex.transaction((trx) => insertKeys(trx, some));
		const ends = await Promise.allSettled([write(keys), write([...keys].reverse())]);
		const refused = ends
			.filter((end) => end.status === 'rejected')
			.map(({ reason }) => (reason as { code: string }).code);
		expect(refused).toEqual(['23505']);
	}
});
