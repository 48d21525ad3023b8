import { createFaultSource, type FaultSource } from '../../fake-targets/faults';
import { createJiraServer } from '../../fake-targets/jira-server';
import type { ReceivedRequest } from '../../fake-targets/record';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import type { FakeTarget, TargetAnswer } from '../../fake-targets/target';
import type { ServiceOptions } from '../../service/service';
import { startLocalServer, type Answer as HookAnswer, type LocalServer } from './local-server';
import { eventually, startService, validBody, type Answer, type JsonAnswer, type RunningService } from './service';

/** A Jira whose next answers a test can choose. */
export interface Jira extends RunningTarget<ReturnType<typeof createJiraServer>> {
	faults: FaultSource;
	/** In place of its own, one a request; undefined lets a request pass. */
	answers: (TargetAnswer | undefined)[];
	/** Requests to its address that ends so. */
	asked(ending: string): ReceivedRequest[];
}

export interface Entry {
	step: string;
	detail: Record<string, unknown>;
	created_at: string;
}

/** A service whose IT tickets go to one Jira, those of HR to another, those of Finance to a webhook, all others to the inbox. */
export interface Desk extends RunningService {
	it: Jira;
	hr: Jira;
	hook: LocalServer;
	/** What the webhook answers next; 201 without an id else. */
	hookAnswers: HookAnswer[];
	/** A ticket that the classifier is sure of, of IT. */
	ticket(overrides?: Record<string, unknown>): Promise<string>;
	correct(id: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
	retry(id: string, body?: unknown): Promise<Answer>;
	show(id: string): Promise<JsonAnswer>;
	history(id: string): Promise<Entry[]>;
	steps(id: string): Promise<string[]>;
	/** The history once it has such a step. */
	until(id: string, step: string): Promise<Entry[]>;
	/** As soon as nobody works on the ticket: a note where it stood is written after the answer. */
	freely(ask: () => Promise<Answer>): Promise<Answer>;
	/** Until nothing is left to be done. */
	idle(): Promise<void>;
	/** Changes the mapping that a department was given at the start. */
	map(department: string, mapping: Record<string, unknown>): Promise<number>;
}

const QUICK: ServiceOptions['timing'] = { deliveryTimeoutMs: 1000, firstRetryMs: 20, lagScale: 0.001, pollMs: 20 };
/** Those who put tickets in doubt want the answers to the questions at once. */
const HOPE = { ALLOWED_PRIVATE_HOSTS: '127.0.0.1', RETRY_BACKOFF_FACTOR: '1' };

/** `headers` go with every request, unless it has its own of that name. */
export async function startDesk(
	environment: Record<string, string> = {},
	headers: Record<string, string> = {},
): Promise<Desk> {
	const hookAnswers: HookAnswer[] = [];
	const [it, hr] = await Promise.all([startJira(), startJira()]);
	const hook = await startLocalServer(() => hookAnswers.shift() ?? { status: 201, body: 'taken' });
	const app = await startService({ ...HOPE, ...environment }, QUICK);
	const desk = deskOf(withHeaders(app, headers), { it, hr, hook, hookAnswers });
	await desk.map('IT', jiraMapping(it.url, 'HELP'));
	await desk.map('HR', jiraMapping(hr.url, 'OPS'));
	await desk.map('Finance', { system: 'http', api_endpoint: `${hook.url}/tickets` });
	return desk;
}

export function jiraMapping(url: string, project: string): Record<string, unknown> {
	return {
		system: 'jira_server',
		api_endpoint: url,
		settings: { api_token: 'fake-token', project_key: project },
	};
}

export async function startJira(): Promise<Jira> {
	const [faults, answers] = [createFaultSource(), [] as Jira['answers']];
	const real = createJiraServer();
	const target: FakeTarget = { ...real, answer: (request) => answers.shift() ?? real.answer(request) };
	const running = (await startFakeTarget(target, { faults })) as RunningTarget<typeof real>;
	const asked: Jira['asked'] = (ending) => running.requests.filter(({ path }) => path.endsWith(ending));
	return { ...running, requests: running.requests, faults, answers, asked };
}

function withHeaders(app: RunningService, headers: Record<string, string>): RunningService {
	const call: RunningService['call'] = (method, path, options = {}) =>
		app.call(method, path, { ...options, headers: { ...headers, ...options.headers } });
	return { ...app, call, submit: (ticket, own) => call('POST', '/webhook/ticket', { body: ticket, headers: own }) };
}

function deskOf(app: RunningService, behind: Pick<Desk, 'it' | 'hr' | 'hook' | 'hookAnswers'>): Desk {
	const show: Desk['show'] = async (id) => (await app.call('GET', `/webhook/ticket/${id}?expand=history`)).json;
	const history: Desk['history'] = async (id) => (await show(id)).history as Entry[];
	return {
		...app,
		...behind,
		show,
		history,
		ticket: async (overrides) => String((await app.submit(validBody(overrides))).json.ticket_id),
		correct: (id, body, headers) => app.call('POST', `/tickets/${id}/correct`, { body, headers }),
		retry: (id, body) => app.call('POST', `/tickets/${id}/retry`, { body }),
		steps: async (id) => (await history(id)).map(({ step }) => step),
		until(id, step) {
			return eventually(async () => {
				const entries = await history(id);
				return entries.some((entry) => entry.step === step) ? entries : undefined;
			}, `a step ${step}`);
		},
		freely: (ask) =>
			eventually(async () => {
				const answer = await ask();
				return answer.status === 409 ? undefined : answer;
			}, 'the ticket to be free'),
		idle: () =>
			eventually(async () => (await jobsOf(app)) === 0 || undefined, 'all work to be done').then(() => undefined),
		map: (department, mapping) => remap(app, department, mapping),
		async close() {
			await app.close();
			await Promise.all([behind.it.close(), behind.hr.close(), behind.hook.close()]);
		},
	};
}

async function jobsOf({ service }: RunningService): Promise<number> {
	const { waiting, running } = await service.queue.stats();
	return waiting + running;
}

async function remap(app: RunningService, department: string, mapping: Record<string, unknown>): Promise<number> {
	const { mappings } = (await app.call('GET', '/mappings')).json as { mappings: Record<string, unknown>[] };
	const seeded = mappings.find((one) => one.department === department);
	const body = { department, team_name: seeded?.team_name, ...mapping };
	const { status, text } = await app.call('PUT', `/mappings/${String(seeded?.id)}`, { body });
	if (status !== 200) throw new Error(`the mapping of ${department} was refused: ${text}`);
	return Number(seeded?.id);
}

export interface IssueFields {
	summary: string;
	description: string;
	labels: string[];
}

/** What an issue was made of. */
export function fieldsOf({ body }: { body: unknown }): IssueFields {
	return (body as { fields: IssueFields }).fields;
}

/** The label that a delivery is found by, without the number of a later one. */
export function markerOf(id: string): string {
	return `triage-${id.slice(4).toLowerCase()}`;
}
