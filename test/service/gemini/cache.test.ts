import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { TriageError } from '../../../core/errors';
import type { Verdict } from '../../../core/gemini/ask';
import { cached, type CacheOptions } from '../../../service/gemini/cache';
import { rejectionOf } from '../../helpers/tickets';
import { question, START, verdict } from './stub';

function start(overrides: Partial<CacheOptions> = {}, answer: () => Promise<Verdict> = async () => verdict()) {
	const clock = { time: START };
	const count = { asked: 0, hits: 0 };
	const options = { entries: 10, ttlMs: 1000, model: 'm', departments: DEFAULT_DEPARTMENTS };
	const ask = cached(
		() => {
			count.asked += 1;
			return answer();
		},
		{ ...options, now: () => clock.time, onHit: () => (count.hits += 1), ...overrides },
	);
	return { ask, count, clock };
}

const FREE = { input_tokens: 0, output_tokens: 0, cost_usd: 0 };

it('asks once, and then answers for nothing', async () => {
	const { ask, count } = start();
	expect(await ask(question())).toEqual(verdict());
	expect(await ask(question())).toEqual(verdict({ usage: FREE }));
	expect(await ask(question())).toEqual(verdict({ usage: FREE }));
	expect(count).toEqual({ asked: 1, hits: 2 });
});

it('knows no price where the model had none', async () => {
	const { ask } = start({}, async () => verdict({ usage: { input_tokens: 5, output_tokens: 5 } }));
	await ask(question());
	expect((await ask(question())).usage).toEqual({ input_tokens: 0, output_tokens: 0 });
});

it('forgets after its time', async () => {
	const { ask, count, clock } = start();
	await ask(question());
	clock.time += 1000;
	await ask(question());
	clock.time += 1;
	expect((await ask(question())).usage).toEqual(verdict().usage);
	expect(count).toEqual({ asked: 2, hits: 1 });
});

it('keeps no more than it may, the last used', async () => {
	const { ask, count } = start({ entries: 2 });
	for (const title of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(question(title));
	expect(count).toEqual({ asked: 4, hits: 2 });
});

it.each([
	{ title: 'PrinterIt', description: 'does not print.' },
	{ title: 'Printer', description: 'It does not print' },
	{ title: 'printer', description: 'It does not print.' },
	{ title: 'It does not print.', description: 'Printer' },
])('%j is another question', async (other) => {
	const { ask, count } = start();
	await ask(question());
	await ask(other);
	expect(count).toEqual({ asked: 2, hits: 0 });
});

it('shares the call of a question under way, which is paid once', async () => {
	const { ask, count } = start({ entries: 0 });
	const all = await Promise.all([ask(question()), ask(question()), ask(question('Other')), ask(question())]);
	expect(all.map(({ usage }) => usage.input_tokens)).toEqual([100, 0, 100, 0]);
	expect(count).toEqual({ asked: 2, hits: 2 });
	await ask(question());
	expect(count.asked).toBe(3);
});

it('keeps no errors, and those who shared the call share it', async () => {
	let up = false;
	const { ask, count } = start({}, async () => {
		if (up) return verdict();
		throw new TriageError('unavailable', 'Out of order');
	});
	const [first, second] = [rejectionOf(ask(question())), rejectionOf(ask(question()))];
	expect([(await first).code, (await second).code]).toEqual(['unavailable', 'unavailable']);
	up = true;
	expect(await ask(question())).toEqual(verdict());
	expect(count).toEqual({ asked: 2, hits: 0 });
});
