import { createHealth } from '../../service/health';

/** A database whose answers are given when the test says so. */
function slowHealth() {
	const asked: (() => void)[] = [];
	const ask = (): Promise<never> => new Promise((done) => asked.push(done as () => void));
	const health = createHealth({
		knex: { raw: ask } as never,
		queue: { stats: ask } as never,
		gemini: null,
		externalApis: { record: () => undefined, state: () => 'healthy' },
		geminiProblem: () => null,
		writes: { ok: () => true, reason: () => null } as never,
		version: '1',
		now: () => 0,
	});
	return { health, asked };
}

it.each(['notReady', 'report'] as const)('%s: whoever asks all at once, the database is asked once', async (what) => {
	const { health, asked } = slowHealth();
	const first = Array.from({ length: 50 }, () => health[what]());
	expect(asked).toHaveLength(1);
	asked[0]();
	const answers = await Promise.all(first);
	expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
	expect(JSON.stringify(answers[0])).not.toMatch(/unhealthy|not answer/);
	const next = health[what]();
	expect(asked).toHaveLength(2);
	asked[1]();
	await next;
});
