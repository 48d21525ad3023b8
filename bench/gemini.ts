import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_DEPARTMENTS } from '../core/departments';
import { startFakeGemini, type FakeGemini, type FakeGeminiOptions } from '../fake-gemini/server';
import { median, row } from './figures';
import { SERVICE, startServer } from './server-process';

const MODEL_MS = 1000;
const CALLERS = 50;
const STORM_TICKETS = 500;
/** Until then the code is still being compiled as it runs. */
const WARM_UP = 50;
/** Four in ten of the requests fail, each in another way. */
const STORM = { rate_limited: 0.3, unavailable: 0.1, hang: 0.05, garbage: 0.05 };

/** The service in front of a Gemini that takes its time, against `npm run fake-gemini`'s server. */
export async function benchGemini(): Promise<void> {
	console.log('Gemini (a fake one), SQLite');
	await withService(
		{ latencyMs: MODEL_MS, perTicketMs: 0 },
		{ GEMINI_BATCH_SIZE: '1', GEMINI_CONCURRENCY: String(CALLERS) },
		benchCallers,
	);
	await withService({ latencyMs: 50, perTicketMs: 0 }, { GEMINI_BATCH_SIZE: '1' }, benchOverhead);
	await withService({}, { CLASSIFIER: 'local' }, benchWithoutGemini);
	await withService(
		{ latencyMs: 20, perTicketMs: 0 },
		{ GEMINI_BATCH_SIZE: '10', GEMINI_CONCURRENCY: '1' },
		benchBatches,
	);
	await withService(
		{ latencyMs: 50, perTicketMs: 5, retryDelaySeconds: 0.8, rates: STORM },
		{ GEMINI_TIMEOUT_MS: '2000' },
		benchStorm,
	);
	console.log('');
}

interface Bench {
	url: string;
	gemini: FakeGemini;
}

async function withService(
	fake: FakeGeminiOptions,
	settings: Record<string, string>,
	measure: (bench: Bench) => Promise<void>,
): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'triage-bench-'));
	const gemini = await startFakeGemini(fake);
	const environment = {
		...{ DATABASE_URL: `sqlite:${join(folder, 'service.db')}`, PORT: '0', HOST: '127.0.0.1', CLASSIFIER: 'gemini' },
		...{ GEMINI_API_KEY: 'fake', GEMINI_BASE_URL: gemini.url, SYNC_WAIT_MS: '120000', ...settings },
	};
	const service = await startServer(SERVICE, [], environment);
	try {
		// Connections, code and the local model are warm afterwards.
		await submit(service.url, ticketOf(-1));
		await measure({ url: service.url, gemini });
	} finally {
		service.stop();
		await gemini.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

async function benchCallers({ url, gemini }: Bench): Promise<void> {
	const before = requestsOf(gemini).length;
	const started = performance.now();
	await Promise.all(Array.from({ length: CALLERS }, (_, i) => submit(url, ticketOf(i))));
	const wall = (performance.now() - started) / 1000;
	const requests = requestsOf(gemini).length - before;
	row(`${CALLERS} at once, model ${MODEL_MS} ms`, `${wall.toFixed(2)} s wall, ${requests} requests  (to reach: 2 s)`);
}

/** A ticket's time through the service less that of the very same request sent by itself. */
async function benchOverhead({ url, gemini }: Bench): Promise<void> {
	const [through, alone]: number[][] = [[], []];
	for (let i = 0; i < WARM_UP; i += 1) await submit(url, ticketOf(1000 + i));
	for (let i = 0; i < 100; i += 1) {
		through.push(await timed(() => submit(url, ticketOf(i))));
		const { path, body } = requestsOf(gemini).at(-1) ?? { path: '', body: '' };
		alone.push(await timed(() => post(gemini.url + path, body)));
	}
	const overhead = median(through) - median(alone);
	row('overhead besides the model', `median ${overhead.toFixed(1)} ms  (to reach: 10 ms)`);
	const single = requestsOf(gemini).at(-1)?.inputTokens ?? 0;
	row('input tokens, one ticket', `${single} for 500 characters  (to reach: 700)`);
}

/** What of that overhead any ticket has: it is on disk before it is worked on, and again when it is settled. */
async function benchWithoutGemini({ url }: Bench): Promise<void> {
	const times: number[] = [];
	for (let i = 0; i < WARM_UP; i += 1) await submit(url, ticketOf(1000 + i));
	for (let i = 0; i < 100; i += 1) times.push(await timed(() => submit(url, ticketOf(i))));
	row('  the same with the local model', `median ${median(times).toFixed(1)} ms, mostly two forced writes to disk`);
}

async function benchBatches({ url, gemini }: Bench): Promise<void> {
	await Promise.all(Array.from({ length: 41 }, (_, i) => submit(url, ticketOf(i))));
	const full = requestsOf(gemini).find(({ tickets }) => tickets === 10);
	const share = full ? `${(full.inputTokens / 10).toFixed(0)} a ticket` : 'no request held ten';
	row('input tokens, ten in one request', `${share}  (to reach: 200)`);
}

async function benchStorm({ url, gemini }: Bench): Promise<void> {
	const names: unknown[] = DEFAULT_DEPARTMENTS.map(({ name }) => name);
	const started = performance.now();
	const answers = await Promise.all(Array.from({ length: STORM_TICKETS }, (_, i) => submit(url, ticketOf(i))));
	const seconds = (performance.now() - started) / 1000;
	const settled = answers.filter(({ status }) => status === 'routed' || status === 'needs_review').length;
	const invented = answers.filter(({ department }) => !names.includes(department)).length;
	const asked = answers.filter(({ classification }) => classification?.classifier === 'gemini').length;
	row(
		`${STORM_TICKETS} tickets in a storm of faults`,
		`${settled} settled in ${seconds.toFixed(1)} s, ${asked} by Gemini`,
	);
	row('', `${invented} in an invented department, ${gemini.early} requests too early  (to reach: 0, 0)`);
}

interface Settled {
	status: string;
	department: string | null;
	classification: { classifier: string } | null;
}

async function submit(url: string, ticket: object): Promise<Settled> {
	return (await post(`${url}/webhook/ticket`, JSON.stringify(ticket))) as Settled;
}

async function post(url: string, body: string): Promise<unknown> {
	const headers = { 'content-type': 'application/json', 'x-goog-api-key': 'fake' };
	return await (await fetch(url, { method: 'POST', headers, body })).json();
}

/** 500 characters of title and description, each another text. */
function ticketOf(i: number): object {
	const title = `Case ${i}: VPN drops every ten minutes`;
	const text = `Since this morning the VPN client on laptop ${i} disconnects and asks for my password again. `;
	return { title, description: text.repeat(9).slice(0, 500 - title.length), email: 'ana@example.com' };
}

function requestsOf(gemini: FakeGemini) {
	return gemini.requests.filter(({ method }) => method === 'POST');
}

async function timed(run: () => Promise<unknown>): Promise<number> {
	const started = performance.now();
	await run();
	return performance.now() - started;
}
