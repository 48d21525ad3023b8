import { DEFAULT_DEPARTMENTS } from '../core/departments';
import { createLocalClassifier } from '../core/local';
import type { Ticket } from '../core/ticket';

const SENTENCE =
	'Since this morning the VPN client on my laptop disconnects and asks for my password again, room 204 too. ';
const ROUNDS = 2000;

/** Time of one classification by the length of the ticket, and what loading the model costs. */
export async function benchClassify(): Promise<void> {
	const before = process.memoryUsage().rss;
	const started = performance.now();
	const local = createLocalClassifier(DEFAULT_DEPARTMENTS);
	await local.classify(ticketOf(20));
	const loading = performance.now() - started;
	const memory = (process.memoryUsage().rss - before) / 2 ** 20;
	console.log('Local classifier');
	console.log(`  load on first use                 ${loading.toFixed(0)} ms, ${memory.toFixed(0)} MiB`);
	for (const length of [100, 500, 5000]) {
		const times: number[] = [];
		for (let i = 0; i < ROUNDS; i += 1) {
			const begun = performance.now();
			await local.classify(ticketOf(length));
			times.push(performance.now() - begun);
		}
		times.sort((a, b) => a - b);
		const goal = length === 500 ? '  (to reach: 0.5 ms)' : '';
		const [median, p99] = [0.5, 0.99].map((share) => times[Math.floor(ROUNDS * share)].toFixed(3));
		console.log(
			`  ${String(length).padStart(4)} characters                   median ${median} ms, p99 ${p99} ms${goal}`,
		);
	}
	console.log('');
}

function ticketOf(length: number): Ticket {
	const description = SENTENCE.repeat(Math.ceil(length / SENTENCE.length)).slice(0, length);
	return { title: 'VPN drops', description, email: '', priority: 'medium', source: null, metadata: {} };
}
