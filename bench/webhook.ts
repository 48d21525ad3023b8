import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type autocannon from 'autocannon';
import { failures, sendTickets } from './load';
import { SERVICE, startServer } from './server-process';

const CONNECTIONS = 32;

/** Tickets a second through POST /webhook/ticket, settled, against a bare handler with one durable insert. */
export async function benchWebhook(seconds: number): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'triage-bench-'));
	try {
		const bare = await measure(join(__dirname, 'bare-server.js'), [join(folder, 'bare.db')], seconds);
		const service = await measure(SERVICE, [], seconds, {
			DATABASE_URL: `sqlite:${join(folder, 'service.db')}`,
			PORT: '0',
			HOST: '127.0.0.1',
			CLASSIFIER: 'local',
		});
		console.log(`POST /webhook/ticket, local classifier, SQLite, ${CONNECTIONS} connections`);
		console.log(`  bare Express, one durable insert  ${describe(bare)}`);
		console.log(`  the service, settled              ${describe(service)}`);
		console.log(
			`  ratio                             ${(service.requests.average / bare.requests.average).toFixed(2)}  (to reach: 0.50)\n`,
		);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function describe({ requests, latency, ...result }: autocannon.Result): string {
	return `${requests.average.toFixed(0).padStart(6)}/s, p50 ${latency.p50} ms, p99 ${latency.p99} ms${failures(result)}`;
}

async function measure(
	script: string,
	args: string[],
	seconds: number,
	env: NodeJS.ProcessEnv = {},
): Promise<autocannon.Result> {
	const server = await startServer(script, args, env);
	try {
		const load = { url: server.url, connections: CONNECTIONS };
		await sendTickets({ ...load, until: { seconds: Math.min(3, seconds) } });
		return await sendTickets({ ...load, until: { seconds } });
	} finally {
		server.stop();
	}
}
