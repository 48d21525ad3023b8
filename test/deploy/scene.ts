import { setTimeout as sleep } from 'node:timers/promises';
import { startFakeGemini, type FakeGemini } from '../../fake-gemini/server';
import { mapTo, startPlaces, ticketFor, type Place } from '../helpers/fleet';
import { startLocalServer, type LocalServer } from '../helpers/local-server';
import { startPostgres, type Postgres } from '../helpers/postgres';
import { newDatabaseUrl, spawnService, type ServiceProcess } from '../helpers/process';
import { callTo, validBody, type RunningService } from '../helpers/service';

type System = 'jira' | 'zendesk' | 'http';

export interface Scene {
	/** The built service as it is run, with everything around it. */
	service: ServiceProcess;
	/** One on PostgreSQL that takes tickets and works on none. */
	idle: ServiceProcess;
	postgres: Postgres;
	gemini: FakeGemini;
	places: Record<System, Place>;
	/** Takes events; its answers can be chosen. */
	receiver: LocalServer;
	/** Whether the receiver takes them. */
	takesEvents: boolean;
	call: RunningService['call'];
	/** Sends a ticket to the one that works on none. */
	leaveWaiting(): Promise<void>;
	close(): Promise<void>;
}

/** What Prometheus presents. */
export const KEY = 'a-key-for-prometheus-alone';
const OPERATOR = 'a-key-for-whoever-operates-it';
const KEYS = `prometheus:read:${KEY},operator:admin:${OPERATOR}`;

/** The service in front of stand-ins for Gemini, three systems and a subscriber. */
export async function startScene(): Promise<Scene> {
	const gemini = await startFakeGemini({ latencyMs: 60, perTicketMs: 5 });
	const places = await startPlaces(['jira', 'zendesk', 'http'] as const);
	const scene = { takesEvents: true };
	const receiver = await startLocalServer(() => ({ status: scene.takesEvents ? 204 : 500 }));
	const postgres = await startPostgres();
	const common = { TRIAGE_API_KEYS: KEYS, SYNC_WAIT_MS: '2000', RATE_LIMIT_PER_MINUTE: '0' };
	const service = await spawnService({
		...common,
		...{ DATABASE_URL: newDatabaseUrl(), ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0.5' },
		...{ GEMINI_API_KEY: 'fake', GEMINI_BASE_URL: gemini.url, CLASSIFIER: 'gemini' },
		...{ GEMINI_REQUESTS_PER_DAY: '2000', GEMINI_MAX_ATTEMPTS: '2' },
	});
	const idle = await spawnService({
		...common,
		DATABASE_URL: await postgres.createDatabase(),
		WORKER: 'off',
		SYNC_WAIT_MS: '0',
	});
	const call = withKey(callTo(service.url));
	await mapTo(call, places);
	const events = ['settled', 'needs_review', 'failed', 'corrected'];
	await call('POST', '/subscriptions', { body: { url: receiver.url, events } });
	return Object.assign(scene, {
		...{ service, idle, postgres, gemini, places, receiver, call },
		leaveWaiting: async () => void (await withKey(callTo(idle.url))('POST', '/webhook/ticket', { body: validBody() })),
		async close() {
			await Promise.all([service, idle].map((one) => one.kill('SIGKILL')));
			await postgres.stop().catch(() => undefined);
			await Promise.all([gemini, receiver, ...Object.values(places)].map((one) => one.close()));
		},
	});
}

function withKey(call: RunningService['call']): RunningService['call'] {
	const authorization = `Bearer ${OPERATOR}`;
	return (method, path, options = {}) =>
		call(method, path, { ...options, headers: { authorization, ...options.headers } });
}

const UNCLEAR = ['A question', 'Please help me with this', 'It does not work', 'As discussed', 'Who is responsible?'];
const SYSTEMS = ['jira', 'zendesk', 'http'] as const;

/** Mixed traffic until it is ended: tickets clear and unclear, repeated, wrong and corrected ones, reads, wrong keys. */
export function keepBusy({ call, service }: Pick<Scene, 'call' | 'service'>, pauseMs = 60): { end(): Promise<void> } {
	let busy = true;
	const stranger = callTo(service.url);
	const one = async (i: number): Promise<void> => {
		const title = `${UNCLEAR[i % UNCLEAR.length]} (${i})`;
		const body = i % 6 === 5 ? validBody({ title, description: title }) : ticketFor(SYSTEMS[i % 3], i);
		const { json } = await call('POST', '/webhook/ticket', { body });
		if (i % 6 === 1) await call('GET', `/webhook/ticket/${String(json.ticket_id)}?expand=history`);
		if (i % 10 === 2) await call('GET', '/tickets?status=needs_review');
		if (i % 12 === 3)
			await call('POST', `/tickets/${String(json.ticket_id)}/correct`, { body: { department: 'Finance' } });
		if (i % 9 === 4) await call('POST', '/webhook/ticket', { body: { title: '' } });
		if (i % 11 === 5) await stranger('GET', '/tickets', { headers: { 'x-api-key': 'a-guess-that-is-wrong' } });
	};
	const done = (async () => {
		for (let i = 0; busy; i += 1) {
			// A service that is ended on purpose answers nobody.
			void one(i).catch(() => undefined);
			await sleep(pauseMs * (0.5 + ((i * 7) % 10) / 10));
		}
	})();
	return {
		async end() {
			busy = false;
			await done;
		},
	};
}

/** Asks the one without a worker until it is ended. */
export function keepAsking({ idle }: Pick<Scene, 'idle'>): { end(): Promise<void> } {
	const call = withKey(callTo(idle.url));
	let busy = true;
	const done = (async () => {
		while (busy) {
			await call('GET', '/tickets').catch(() => undefined);
			await sleep(200);
		}
	})();
	return {
		async end() {
			busy = false;
			await done;
		},
	};
}
