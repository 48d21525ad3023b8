import { createFaultSource } from '../../fake-targets/faults';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { createEcho } from './echo';

const LATENCY_MS = 200;
const faults = createFaultSource();
let running: RunningTarget;
beforeEach(async () => {
	running = await startFakeTarget(createEcho(), { faults, latencyMs: () => LATENCY_MS });
});
afterEach(() => running.close());

const send = (signal?: AbortSignal): Promise<Response> =>
	fetch(`${running.url}/tickets`, { method: 'POST', body: 'a ticket', signal });

async function told(): Promise<void> {
	while (!running.requests.at(-1)?.told) await new Promise((resolve) => setImmediate(resolve));
}

it('a request takes effect half-way, and is answered at the end', async () => {
	const began = performance.now();
	const response = send();
	await told();
	// Timers may fire a little early.
	expect(performance.now() - began).toBeGreaterThan(LATENCY_MS / 2 - 2);
	expect(running.requests[0]).toMatchObject({ status: null, createdId: '1' });
	expect((await response).status).toBe(201);
	expect(performance.now() - began).toBeGreaterThan(LATENCY_MS - 4);
});

it('it takes effect also where the caller has hung up by then', async () => {
	const leaving = new AbortController();
	const response = send(leaving.signal);
	while (running.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
	leaving.abort();
	await expect(response).rejects.toThrow('aborted');
	expect(running.target.tickets).toEqual([]);
	await told();
	expect(running.target.tickets).toHaveLength(1);
});

it('one whose connection breaks at once takes no time', async () => {
	faults.queue('reset_before');
	await expect(send()).rejects.toThrow('fetch failed');
	expect(running.requests[0]).toMatchObject({ told: false, fault: 'reset_before' });
});
