import { DatabaseSync } from 'node:sqlite';
import { startLocalServer, type Answer, type LocalServer } from '../helpers/local-server';
import { newDatabaseUrl, spawnService, spawnWithTarget, type ServiceProcess } from '../helpers/process';
import { eventually, validBody } from '../helpers/service';

jest.setTimeout(60_000);

type Json = Record<string, unknown>;

let url: string;
let target: LocalServer;
let answers: Answer[];
let service: ServiceProcess;

beforeEach(async () => {
	answers = [];
	url = newDatabaseUrl();
	target = await startLocalServer(() => answers.shift() ?? { status: 201, body: { id: 42 } });
	service = await spawnWithTarget(url, target.url);
});
afterEach(async () => {
	await service.kill('SIGTERM');
	await target.close();
});

async function call(method: string, path: string, body?: unknown): Promise<Json> {
	const headers = { 'content-type': 'application/json', prefer: 'respond-async' };
	const sent = body === undefined ? {} : { body: JSON.stringify(body) };
	return (await (await fetch(`${service.url}${path}`, { method, headers, ...sent })).json()) as Json;
}

function inDatabase<T>(use: (file: DatabaseSync) => T): T {
	const file = new DatabaseSync(url.replace('sqlite:', ''));
	const result = use(file);
	file.close();
	return result;
}

const stateOfJob = (): unknown =>
	inDatabase((file) => (file.prepare('SELECT state FROM ticket_jobs').get() as Json | undefined)?.state);

async function routed(id: string): Promise<Json> {
	return eventually(async () => {
		const ticket = await call('GET', `/webhook/ticket/${id}?expand=history`);
		return ticket.status === 'routed' ? ticket : undefined;
	}, 'the ticket to be routed');
}

/** In the inbox for Finance; said to be IT's, which is not done when the process is killed. */
async function correctAndKill(state: string): Promise<string> {
	const finance = { title: 'Invoice 4711 was paid twice', description: 'Please claim the second payment back.' };
	const id = String((await call('POST', '/webhook/ticket', validBody(finance))).ticket_id);
	expect(await routed(id)).toMatchObject({ routed_to_system: 'inbox', department: 'Finance' });
	const correction = { department: 'IT', assigned_to: 'Night shift' };
	expect(await call('POST', `/tickets/${id}/correct`, correction)).toMatchObject({ department: 'IT' });
	const isSo = (): boolean => target.requests.length === 1 && stateOfJob() === state;
	await eventually(() => Promise.resolve(isSo() || undefined), `the job to be ${state}`);
	await service.kill('SIGKILL');
	return id;
}

async function startAgain(): Promise<void> {
	service = await spawnService({ DATABASE_URL: url, ALLOWED_PRIVATE_HOSTS: '127.0.0.1' });
}

const ROUTED = {
	...{ department: 'IT', assigned_to: 'Night shift', needs_review: false },
	...{ routed_to_system: 'http', external_ticket_id: '42' },
};

it('what a person said is done by the next process where the first was killed before it was', async () => {
	answers.push({ status: 503, headers: { 'retry-after': '2' } });
	const id = await correctAndKill('waiting');
	await startAgain();
	expect(await routed(id)).toMatchObject(ROUTED);
	expect(JSON.parse(target.requests[1].body)).toMatchObject({ department: 'IT', assigned_to: 'Night shift' });
});

it('and where it was killed while it did it, the repetition is known by its id', async () => {
	answers.push({ delay: 4000 });
	const id = await correctAndKill('running');
	// As if the lease of the killed process had run out.
	inDatabase((file) => file.exec('UPDATE ticket_jobs SET locked_until = 1'));
	await startAgain();
	const ticket = await routed(id);
	expect(ticket).toMatchObject(ROUTED);
	expect(ticket.history).toContainEqual(
		expect.objectContaining({ step: 'sent_again', detail: expect.objectContaining({ may_be_double: false }) }),
	);
	expect(new Set(target.requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([`triage-${id}`]));
});
