import { TriageError } from '../../../core/errors';
import { createBatcher, type Batcher } from '../../../service/gemini/batcher';
import { rejectionOf } from '../../helpers/tickets';

/** Until requests have gone out that became possible in this turn or by an answer in it. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const unreadable = (): TriageError => new TriageError('unreadable', 'Not a word');

interface Running {
	batch: readonly string[];
	answer: (answers?: (string | TriageError)[]) => void;
	fail: (error: Error) => void;
}

/** A batcher whose requests end when the test says so. */
function start(options: { concurrency?: number; batchSize?: number } = {}) {
	const running: Running[] = [];
	const batcher: Batcher<string, string> = createBatcher({
		concurrency: options.concurrency ?? 2,
		batchSize: options.batchSize ?? 3,
		askMany: (batch: readonly string[]) =>
			new Promise((resolve, reject) => {
				running.push({ batch, answer: (answers = batch.map(answerTo)) => resolve(answers), fail: reject });
			}),
	});
	return { ...batcher, running, batches: () => running.map(({ batch }) => batch.join('')) };
}

function answerTo(question: string): string {
	return `${question}!`;
}

it.each([
	['a', ['a']],
	['abc', ['abc']],
	['abcd', ['abc', 'd']],
	['abcdefgh', ['abc', 'def']],
])('%p that come in one turn become %p at once', async (questions, batches) => {
	const { ask, batches: made, waiting, inFlight } = start();
	[...questions].forEach((question) => void ask(question));
	expect(made()).toEqual([]);
	await turn();
	expect(made()).toEqual(batches);
	expect([inFlight(), waiting()]).toEqual([batches.length, questions.length - batches.join('').length]);
});

it('does not wait for others: what comes in the next turn is another request', async () => {
	const { ask, batches } = start();
	void ask('a');
	await turn();
	void ask('b');
	await turn();
	expect(batches()).toEqual(['a', 'b']);
});

it('gives each its own answer, and a free slot to those who wait', async () => {
	const { ask, running, batches, inFlight } = start({ concurrency: 1 });
	const all = Promise.all([...'abcde'].map(ask));
	await turn();
	running[0].answer();
	await turn();
	expect([batches(), inFlight()]).toEqual([['abc', 'de'], 1]);
	running[1].answer();
	expect(await all).toEqual(['a!', 'b!', 'c!', 'd!', 'e!']);
	expect(inFlight()).toBe(0);
});

it('asks those without an answer once more, each alone and before the others', async () => {
	const { ask, running, batches } = start({ concurrency: 1 });
	const [a, b, c] = [...'abcde'].map((question) => ask(question).catch((error: unknown) => error));
	await turn();
	running[0].answer(['a!', unreadable(), unreadable()]);
	expect(await a).toBe('a!');
	await turn();
	running[1].answer();
	expect(await b).toBe('b!');
	await turn();
	running[2].answer([unreadable()]);
	expect(await c).toMatchObject({ code: 'unreadable' });
	await turn();
	expect(batches()).toEqual(['abc', 'b', 'c', 'de']);
});

it('asks each of a batch alone whose answer as a whole was unreadable', async () => {
	const { ask, running, batches } = start({ concurrency: 3 });
	const all = Promise.all([...'abc'].map(ask));
	await turn();
	running[0].fail(unreadable());
	await turn();
	expect(batches()).toEqual(['abc', 'a', 'b', 'c']);
	running.slice(1).forEach(({ answer }) => answer());
	expect(await all).toEqual(['a!', 'b!', 'c!']);
});

it.each(['unavailable', 'rate_limited', 'rejected', 'auth'] as const)(
	'%s is the same for all of a batch, and nobody is asked again',
	async (code) => {
		const { ask, running, batches } = start();
		const all = [...'abc'].map((question) => rejectionOf(ask(question)));
		await turn();
		running[0].fail(new TriageError(code, 'No'));
		expect((await Promise.all(all)).map((error) => error.code)).toEqual([code, code, code]);
		await turn();
		expect(batches()).toEqual(['abc']);
	},
);

it('one that was alone is not asked again', async () => {
	const { ask, running, batches } = start();
	const asked = rejectionOf(ask('a'));
	await turn();
	running[0].fail(unreadable());
	expect(await asked).toMatchObject({ code: 'unreadable' });
	await turn();
	expect(batches()).toEqual(['a']);
});

it('passes a bug on, and goes on', async () => {
	const { ask, running } = start({ concurrency: 1 });
	const bug = new RangeError('a bug');
	const asked = ask('a');
	await turn();
	running[0].fail(bug);
	await expect(asked).rejects.toBe(bug);
	const next = ask('b');
	await turn();
	running[1].answer();
	expect(await next).toBe('b!');
});

it('lets 10,000 wait and refuses the next at once', async () => {
	const { ask, waiting, close } = start({ concurrency: 1, batchSize: 1 });
	void ask('under way');
	await turn();
	const all = Array.from({ length: 10_000 }, () => ask('x').catch(() => 'refused'));
	const error = await rejectionOf(ask('one too many'));
	expect(error).toMatchObject({ code: 'unavailable', retryable: false });
	expect(error.message).toBe('10,000 tickets wait for Gemini already');
	expect(waiting()).toBe(10_000);
	close();
	expect(new Set(await Promise.all(all))).toEqual(new Set(['refused']));
});

it('refuses who waits and who comes once closed, and asks nobody again', async () => {
	const { ask, running, close, batches, waiting } = start({ concurrency: 1, batchSize: 2 });
	const [a, b, c] = [...'abc'].map((question) => ask(question).catch((error: unknown) => error));
	await turn();
	close();
	const refusal = { code: 'unavailable', retryable: false };
	expect(await c).toMatchObject(refusal);
	expect(await rejectionOf(ask('d'))).toMatchObject(refusal);
	running[0].answer(['a!', unreadable()]);
	expect(await a).toBe('a!');
	expect(await b).toMatchObject(refusal);
	await turn();
	expect([batches(), waiting()]).toEqual([['ab'], 0]);
});
