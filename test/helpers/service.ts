import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { loadConfig, type Environment } from '../../service/config';
import { answerBrokenRequests } from '../../service/http/problems';
import { LINES } from '../../service/logger';
import { newDatabase } from './database';
import { createService, type Service, type ServiceOptions } from '../../service/service';

export interface RunningService {
	service: Service;
	url: string;
	/** What was logged, parsed. */
	logs: Record<string, unknown>[];
	call(method: string, path: string, options?: CallOptions): Promise<Answer>;
	submit(ticket: unknown, headers?: Record<string, string>): Promise<Answer>;
	close(): Promise<void>;
}

export interface CallOptions {
	/** Objects are sent as JSON, texts as they are. */
	body?: unknown;
	headers?: Record<string, string>;
}

/** An answer's JSON; reading deeper than it goes fails the test. */
export type JsonAnswer = { [field: string]: unknown };

export interface Answer {
	status: number;
	headers: Headers;
	text: string;
	json: JsonAnswer;
}

export function validBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		title: 'VPN drops every ten minutes',
		description: 'Since this morning the VPN client on my laptop disconnects and asks for my password again.',
		email: 'ana@example.com',
		...overrides,
	};
}

/** A real service on a real socket, with a database of its own. */
export async function startService(
	environment: Environment = {},
	timing: ServiceOptions['timing'] = {},
): Promise<RunningService> {
	const database = await newDatabase();
	const defaults = {
		LOG_LEVEL: 'debug',
		CONFIDENCE_THRESHOLD: '0.3',
		RATE_LIMIT_PER_MINUTE: '0',
		// On a busy machine the ten seconds that callers have may end before.
		SYNC_WAIT_MS: '60000',
		ALLOWED_REFERENCES: '*',
	};
	const env = { DATABASE_URL: database.url, ...defaults, ...environment };
	const logs: Record<string, unknown>[] = [];
	const service = await createService({
		config: loadConfig(env, process.cwd()),
		log: memoryLogger(logs),
		version: '0.0.0-test',
		lookup: (name) => (env as Environment)[name],
		timing: { pollMs: 50, leaseMs: 1000, ...timing },
	});
	const server = createServer(service.app);
	answerBrokenRequests(server);
	const url = await listen(server);
	const call = callTo(url);
	return {
		service,
		url,
		logs,
		call,
		submit: (ticket, headers = {}) => call('POST', '/webhook/ticket', { body: ticket, headers }),
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			await service.close();
			await database.drop();
		},
	};
}

function memoryLogger(lines: Record<string, unknown>[]) {
	const sink = new Writable({
		write(chunk: Buffer, _encoding, done) {
			lines.push(JSON.parse(chunk.toString('utf8')) as Record<string, unknown>);
			done();
		},
	});
	return pino({ ...LINES, level: 'debug' }, sink);
}

async function listen(server: Server): Promise<string> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Calls to a service that listens at `url`. */
export function callTo(url: string): RunningService['call'] {
	return (method, path, options = {}) => request(url, method, path, options);
}

async function request(url: string, method: string, path: string, { body, headers }: CallOptions): Promise<Answer> {
	const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
	const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
	const response = await fetch(url + path, {
		method,
		body: text as string | undefined,
		headers: { ...type, ...headers },
	});
	const answer = await response.text();
	return { status: response.status, headers: response.headers, text: answer, json: parsed(answer) };
}

function parsed(text: string): JsonAnswer {
	try {
		return JSON.parse(text) as JsonAnswer;
	} catch {
		return {};
	}
}

/** Polls until `read` gives something other than undefined. */
export async function eventually<T>(read: () => Promise<T | undefined>, what: string, tries = 1000): Promise<T> {
	for (let i = 0; i < tries; i += 1) {
		const value = await read();
		if (value !== undefined) return value;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`waited in vain for ${what}`);
}

/** Makes a department's tickets go to `endpoint`, in place of what was seeded. Before the first ticket. */
export async function mapToHttp(
	app: RunningService,
	department: string,
	mapping: Record<string, unknown>,
): Promise<void> {
	const { api_headers = {}, ...columns } = mapping;
	await app.service
		.knex('team_mappings')
		.where({ department })
		.update({ system: 'http', api_headers: JSON.stringify(api_headers), ...columns });
}
