import { DatabaseSync } from 'node:sqlite';
import { createRandom } from '../../corpus/random';
import { ASKABLE, detailOf, mapTo, startPlaces, stepsOf, ticketFor, type Place, type Shown } from '../helpers/fleet';
import { newDatabaseUrl, spawnService, type ServiceProcess } from '../helpers/process';
import { callTo, eventually } from '../helpers/service';

jest.setTimeout(240_000);

const BEGUN = ['received', 'classified', 'decided'];

let url: string;
let places: Record<string, Place>;
let service: ServiceProcess;

async function start(systems: readonly string[], latencyMs?: () => number): Promise<void> {
	url = newDatabaseUrl();
	places = await startPlaces(systems, { latencyMs });
	await run();
	await mapTo(callTo(service.url), places);
}

async function run(): Promise<void> {
	const environment = { ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0', RETRY_MAX_ATTEMPTS: '50' };
	service = await spawnService({ DATABASE_URL: url, ...environment });
}

afterEach(async () => {
	await Promise.all(Object.values(places).map((place) => place.close()));
	await service.kill('SIGKILL');
});

/** Resolves with the ticket's id, as soon as the service has promised to deliver it. */
async function send(system: string, i = 0): Promise<string> {
	const answer = await callTo(service.url)('POST', '/webhook/ticket', {
		body: ticketFor(system, i),
		headers: { prefer: 'respond-async' },
	});
	expect(answer.status).toBe(202);
	return String(answer.json.ticket_id);
}

async function show(id: string): Promise<Shown> {
	return (await callTo(service.url)('GET', `/webhook/ticket/${id}?expand=history`)).json as Shown;
}

function when(id: string, isSo: (ticket: Shown) => boolean, what: string): Promise<Shown> {
	return eventually(async () => {
		const ticket = await show(id);
		return isSo(ticket) ? ticket : undefined;
	}, what);
}

const isSettled = ({ status }: Shown): boolean => status === 'routed' || status === 'failed';

/** kill -9, and a new process that need not wait: leases end, and what was sent was sent so many seconds earlier. */
async function crash(secondsEarlier: number): Promise<void> {
	await service.kill('SIGKILL');
	const file = new DatabaseSync(url.replace('sqlite:', ''));
	file.exec('UPDATE ticket_jobs SET locked_until = 0, run_after = 0');
	const rows = file.prepare('SELECT ticket_id, delivery_at FROM ticket_logs WHERE delivery_state IS NOT NULL').all();
	for (const { ticket_id, delivery_at } of rows) {
		const earlier = new Date(Date.parse(String(delivery_at)) - secondsEarlier * 1000).toISOString();
		file.prepare('UPDATE ticket_logs SET delivery_at = ? WHERE ticket_id = ?').run(earlier, ticket_id);
	}
	file.close();
	await run();
}

it('killed after the target took the ticket and before it answered, it asks, and says where it cannot', async () => {
	await start(['jira', 'http', 'slack']);
	const { jira, http, slack } = places;
	for (const { faults } of [jira, http, slack]) faults.queue('hang_after');
	const ids = [await send('jira'), await send('http'), await send('slack')];
	const taken = (): boolean => [jira, http, slack].every(({ held }) => held().length === 1);
	await eventually(() => Promise.resolve(taken() || undefined), 'the targets to take them');
	await crash(0);
	const [inJira, inHttp, inSlack] = await Promise.all(ids.map((id) => when(id, isSettled, 'it to settle')));

	expect(stepsOf(inJira)).toEqual([...BEGUN, 'asked', 'routed']);
	expect(detailOf(inJira, 'asked')).toEqual({ system: 'jira', found: true });
	expect([jira.held(), jira.creations().length]).toEqual([[ids[0]], 1]);

	expect(stepsOf(inHttp)).toEqual([...BEGUN, 'sent_again', 'routed']);
	expect(detailOf(inHttp, 'sent_again')).toMatchObject({ may_be_double: false });
	const names = http.creations().map(({ headers }) => headers['webhook-id']);
	expect([http.held(), names]).toEqual([[ids[1]], [`triage-${ids[1]}`, `triage-${ids[1]}`]]);

	expect(stepsOf(inSlack)).toEqual([...BEGUN, 'sent_again', 'routed']);
	expect(detailOf(inSlack, 'sent_again')).toMatchObject({ may_be_double: true });
	expect(slack.held()).toEqual([ids[2], ids[2]]);
});

it('killed before the request arrived, it asks, waits as long as the search may lag, and sends it once', async () => {
	await start(ASKABLE);
	for (const { faults } of Object.values(places)) faults.queue('hang');
	const ids = await Promise.all(ASKABLE.map((system) => send(system)));
	const open = (): boolean => Object.values(places).every(({ creations }) => creations().length === 1);
	await eventually(() => Promise.resolve(open() || undefined), 'the requests to be under way');
	await crash(0);
	const waits = ({ history }: Shown): boolean => history.at(-1)?.step === 'postponed';
	for (const [i, system] of ASKABLE.entries()) {
		const { error_message } = await when(ids[i], waits, 'it to wait');
		expect(error_message).toContain('its search may not show the ticket yet');
		expect([places[system].questions().length, places[system].creations().length]).toEqual([1, 1]);
	}
	await crash(301);
	for (const [i, system] of ASKABLE.entries()) {
		const ticket = await when(ids[i], isSettled, 'it to settle');
		expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'asked', 'routed']);
		expect(detailOf(ticket, 'asked')).toEqual({ system, found: false });
		const { held, questions, creations } = places[system];
		expect([held(), questions().length, creations().length]).toEqual([[ids[i]], 2, 2]);
	}
});

it('killed twenty times at any moment, it delivers each ticket once', async () => {
	const random = createRandom(20);
	let onRequest = (): void => undefined;
	await start(['jira', 'http', 'freshservice'], () => {
		onRequest();
		return 20 + 40 * random();
	});
	const systems = Object.keys(places);
	for (const { faults } of Object.values(places)) faults.setRates({ reset_before: 0.1, reset_after: 0.1 });
	const acknowledged: Record<string, string[]> = { jira: [], http: [], freshservice: [] };
	for (let round = 0; round < 20; round += 1) {
		const underWay = new Promise<void>((resolve) => (onRequest = resolve));
		for (const system of systems) acknowledged[system].push(await send(system, round));
		await underWay;
		await new Promise((resolve) => setTimeout(resolve, 80 * random()));
		if (round === 19) for (const { faults } of Object.values(places)) faults.setRates({});
		await crash(301);
	}
	const tickets: Shown[] = [];
	for (const id of Object.values(acknowledged).flat()) tickets.push(await when(id, isSettled, 'it to settle'));
	expect(tickets.map(({ status }) => status)).toEqual(Array(60).fill('routed'));
	for (const system of systems) expect(places[system].held().sort()).toEqual(acknowledged[system].sort());
	const said = JSON.stringify(tickets.map(({ history }) => history));
	for (const word of ['"found":true', '"found":false', '"may_be_double":false']) expect(said).toContain(word);
	expect(said).not.toContain('"may_be_double":true');
});
