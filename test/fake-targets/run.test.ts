import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runFakeTargets } from '../../fake-targets/run';
import type { SampleMapping } from '../../fake-targets/sample-mapping';
import { findConnector } from '../../core/connectors';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { route } from '../../core/route';
import { readMapping } from '../../service/http/mapping-body';
import { createSend } from '../../service/send';
import { buildDelivery, buildTicket } from '../helpers/tickets';

const { send, close } = createSend({ allowedPrivateHosts: ['127.0.0.1'], timeoutMs: 10_000 });
afterAll(close);

interface Run {
	said: string[];
	end: () => void;
	/** Resolves with the next line. */
	next: () => Promise<string>;
}

async function run(line: string): Promise<Run> {
	const said: string[] = [];
	let heard = (): void => undefined;
	const started: Run = {
		said,
		end: () => undefined,
		next: () => new Promise<void>((resolve) => (heard = resolve)).then(() => said[said.length - 1]),
	};
	await runFakeTargets(line.split(' '), {
		say(text) {
			said.push(text);
			heard();
		},
		onEnd: (callback) => void (started.end = callback),
	});
	return started;
}

/** The mappings that the first lines offer, by system. */
function mappingsIn(welcome: string): Record<string, SampleMapping> {
	const lines = welcome.split('\n').map((line) => /^(\w+) (http:\S+) (\{.*\})$/u.exec(line));
	const found = lines.filter((match) => match !== null);
	return Object.fromEntries(found.map(([, system, , json]) => [system, JSON.parse(json) as SampleMapping]));
}

it('offers a mapping for each, says a line for each request without a word of its ticket, and ends when told', async () => {
	const { said, end, next } = await run('--only jira,slack --port 0');
	expect(said[0]).toContain('No faults; --help says how to have some.');
	expect(said[0]).toContain('ALLOWED_PRIVATE_HOSTS=127.0.0.1');
	const mappings = mappingsIn(said[0]);
	expect(Object.keys(mappings)).toEqual(['jira', 'slack']);
	const { port } = new URL(mappings.slack.api_endpoint);
	expect(
		said[0]
			.split('\n')
			.filter((line) => line.startsWith('  '))
			.slice(1),
	).toEqual([
		`  Jira Cloud (Ticket Triage) API | URL: ${mappings.jira.api_endpoint} | Email: bot@example.com | API Token: fake-token`,
		'    Route Ticket | Project Key: HELP',
		`  Slack Webhook (Ticket Triage) API | Webhook URL: ${mappings.slack.api_endpoint} | Own Gateway: on`,
		'    Route Ticket | Send With: Webhook',
		`  Slack Bot (Ticket Triage) API | Bot Token: xoxb-fake | Base URL: http://127.0.0.1:${port}/api`,
		'    Route Ticket | Send With: Bot | Channel: #it-support',
	]);
	const mapping = readMapping(mappings.jira, DEFAULT_DEPARTMENTS);
	const ticket = buildTicket({ title: 'Unspeakable', description: 'Unwritable' });
	const delivery = buildDelivery({ mapping, ticket });
	const [first] = await Promise.all([next(), route(delivery, send)]);
	expect(first).toMatch(/^[\d:.]{12} jira HELP-1 is TKT-0123456789ABCDEF0123: 201$/u);
	const request = findConnector('jira').request(delivery)!;
	const [second] = await Promise.all([next(), send({ ...request, headers: {} })]);
	expect(second).toMatch(/^[\d:.]{12} jira POST: 401$/u);
	expect(said.join()).not.toMatch(/Unspeakable|Unwritable/u);
	end();
	end();
	await expect(send(request)).rejects.toThrow('No answer');
});

it('has faults as often as it is told, and says which', async () => {
	const { said, end, next } = await run('--only jira --port 0 --faults 100 --on create');
	expect(said[0]).toContain('Something happens to 100 % of all new tickets.');
	const mapping = readMapping(mappingsIn(said[0]).jira, DEFAULT_DEPARTMENTS);
	const outcomes: Promise<unknown>[] = [];
	for (let i = 0; i < 5; i += 1) {
		const line = next();
		outcomes.push(route(buildDelivery({ mapping }), send).catch(() => 'nothing'));
		expect(await line).toMatch(
			/^[\d:.]{12} jira (?:POST|HELP-\d+ is TKT-\w+): (?:\d{3}|no answer) \([a-z_]+(?:, but it was told)?\)$/u,
		);
	}
	// What hangs ends with it.
	end();
	expect(await Promise.all(outcomes)).toHaveLength(5);
});

async function listen(port: number): Promise<Server> {
	const server = createServer();
	await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
	return server;
}

const stop = (server: Server) => new Promise((resolve) => server.close(resolve));

/** A port that is taken until `server` is stopped; the one before it is free. */
async function takePort(): Promise<{ server: Server; port: number }> {
	const server = await listen(0);
	const { port } = server.address() as AddressInfo;
	const before = await listen(port - 1).catch(() => null);
	if (before === null) return stop(server).then(takePort);
	await stop(before);
	return { server, port };
}

it('begins with the port it is told, and with none where one of them is taken', async () => {
	const { server, port } = await takePort();
	await expect(run(`--only slack,jira --port ${port - 1}`)).rejects.toMatchObject({ code: 'EADDRINUSE' });
	await stop(server);
	const { said, end } = await run(`--only slack,jira --port ${port - 1}`);
	const { slack, jira } = mappingsIn(said[0]);
	const ports = [slack.api_endpoint, jira.api_endpoint].map((address) => Number(new URL(address).port));
	expect(ports).toEqual([port - 1, port]);
	end();
});

it('explains itself', async () => {
	const { said } = await run('--help');
	expect(said).toEqual([expect.stringMatching(/^Usage: npm run fake-targets/u)]);
});
