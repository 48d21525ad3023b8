import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { TriageError } from '../../../core/errors';
import { askAlone, askGemini, type Generate, type Verdict } from '../../../core/gemini/ask';
import { geminiRequest } from '../../../core/gemini/request';
import type { GeminiRequest } from '../../../core/gemini/wire';
import { rejectionOf } from '../../helpers/tickets';

const MODEL = 'gemini-3.5-flash-lite';
const question = { title: 'Printer is jammed', description: 'It pulls two sheets.' };
const questions = (count: number) => Array.from({ length: count }, (_, i) => ({ ...question, title: `Ticket ${i}` }));
const idsIn = ({ contents }: GeminiRequest): string[] =>
	contents[0].parts.map(({ text }) => text.split('\n')[0].split(' ')[1]);
const markersIn = ({ contents }: GeminiRequest): string[] => contents[0].parts.map(({ text }) => text.split(' ')[0]);
const replying = (entries: unknown, more: object = {}) => ({
	candidates: [{ finishReason: 'STOP', content: { parts: [{ text: JSON.stringify(entries) }] } }],
	modelVersion: MODEL,
	...more,
});

/** Answers each ticket with IT, but for what `change` does to the entries. */
function answering(more: object = {}, change = (entries: { id: string }[]): unknown => entries) {
	const requests: GeminiRequest[] = [];
	const generate: Generate = async (request) => {
		requests.push(request);
		const entries = idsIn(request).map((id) => ({ id, department: 'it', confidence: 0.9, reasoning: `of ${id}` }));
		return replying(change(entries), more);
	};
	return { requests, deps: { departments: DEFAULT_DEPARTMENTS, model: MODEL, generate, newMarker: randomUUID } };
}

async function usagesOf(count: number, usageMetadata: unknown, modelVersion: unknown = MODEL) {
	const { deps } = answering({ usageMetadata, modelVersion });
	return (await askGemini(questions(count), deps)).map((verdict) => (verdict as Verdict).usage);
}

test('one request holds all tickets, and each verdict is its ticket’s, in whatever order they come', async () => {
	const { requests, deps } = answering({}, (entries) => entries.toReversed());
	const verdicts = await askGemini(questions(12), deps);
	expect(requests).toHaveLength(1);
	const ids = idsIn(requests[0]);
	expect(verdicts).toMatchObject(ids.map((id) => ({ department: 'IT', confidence: 0.9, reasoning: `of ${id}` })));
	const named = questions(12).map((one, i) => ({ ...one, id: ids[i] }));
	expect(requests[0]).toEqual(geminiRequest(named, { ...deps, marker: markersIn(requests[0])[0] }));
});

test('a ticket without answer has an error; the others have their verdicts', async () => {
	const { deps } = answering({}, ([first, , third]) => [first, third, third]);
	const [one, two, three] = await askGemini(questions(3), deps);
	expect(one).toMatchObject({ department: 'IT' });
	expect([two, three]).toEqual([expect.any(TriageError), expect.any(TriageError)]);
});

describe('what nobody can guess', () => {
	test('marker and ids come from newMarker alone and are new each time', async () => {
		const { requests, deps } = answering();
		await askGemini(questions(20), deps);
		await askGemini(questions(20), deps);
		const markers = requests.map((request) => [...new Set(markersIn(request))]);
		expect(markers.flat()).toHaveLength(2);
		expect(new Set(markers.flat()).size).toBe(2);
		markers.flat().forEach((marker) => expect(marker).toMatch(/^[0-9a-f]{12}$/u));
		const ids = requests.flatMap(idsIn);
		expect(new Set(ids).size).toBe(40);
		expect(new Set(ids.map((id) => id.slice(-7))).size).toBe(40);
		ids.forEach((id) => expect(id).toMatch(/^[0-9a-f]{8,9}$/u));
	});

	test('the same tickets and markers give the same request: nothing of the ticket is in them', async () => {
		const seen = async (title: string) => {
			let n = 0;
			const { requests, deps } = answering();
			await askGemini([{ ...question, title }, question], {
				...deps,
				newMarker: () => `${(n += 1)}`.padStart(12, 'a'),
			});
			return [markersIn(requests[0]), idsIn(requests[0])];
		};
		expect(await seen('Ticket')).toEqual(await seen('aaaaaaaaaaa3 end'));
	});

	test('ids differ even where newMarker repeats itself', async () => {
		const { requests, deps } = answering();
		await askGemini(questions(300), { ...deps, newMarker: () => '0123456789abcdef' });
		expect(new Set(idsIn(requests[0])).size).toBe(300);
	});
});

describe('usage', () => {
	test('is the whole of a request by itself, thoughts counted as output', async () => {
		const counts = { promptTokenCount: 700, candidatesTokenCount: 40, thoughtsTokenCount: 20, totalTokenCount: 760 };
		const [usage] = await usagesOf(1, counts);
		expect(usage).toEqual({ input_tokens: 700, output_tokens: 60, cost_usd: expect.closeTo(0.00036, 10) });
	});

	test('shares sum up to the whole', async () => {
		const count = fc.integer({ min: 0, max: 1_000_000 });
		const numbers = fc.tuple(fc.integer({ min: 1, max: 40 }), count, count, count);
		await fc.assert(
			fc.asyncProperty(numbers, async ([tickets, promptTokenCount, candidatesTokenCount, thoughtsTokenCount]) => {
				const shares = await usagesOf(tickets, { promptTokenCount, candidatesTokenCount, thoughtsTokenCount });
				const sum = (pick: (share: Verdict['usage']) => number) => shares.reduce((all, share) => all + pick(share), 0);
				const output = candidatesTokenCount + thoughtsTokenCount;
				expect(sum((share) => share.input_tokens)).toBe(promptTokenCount);
				expect(sum((share) => share.output_tokens)).toBe(output);
				expect(sum((share) => share.cost_usd!)).toBeCloseTo((promptTokenCount * 0.3 + output * 2.5) / 1e6, 9);
				const inputs = shares.map((share) => share.input_tokens);
				expect(Math.max(...inputs) - Math.min(...inputs)).toBeLessThanOrEqual(1);
			}),
			{ numRuns: 50 },
		);
	});

	test.each([
		undefined,
		null,
		[],
		'x',
		{},
		{ promptTokenCount: -5, candidatesTokenCount: 1.5, thoughtsTokenCount: NaN },
		{ promptTokenCount: '700', candidatesTokenCount: Infinity, thoughtsTokenCount: 2 ** 60 },
	])('%j counts as none', async (usageMetadata) => {
		expect(await usagesOf(1, usageMetadata)).toEqual([{ input_tokens: 0, output_tokens: 0, cost_usd: 0 }]);
	});

	test('is priced by the model that answered, and not at all where its price is not known', async () => {
		const counts = { promptTokenCount: 1_000_000 };
		expect(await usagesOf(1, counts, 'gemini-3.1-flash-lite-001')).toMatchObject([{ cost_usd: 0.25 }]);
		expect(await usagesOf(1, counts, 'gemini-9')).toEqual([{ input_tokens: 1_000_000, output_tokens: 0 }]);
	});
});

test.each([
	['gemini-3.5-flash-lite-001', 'gemini-3.5-flash-lite-001'],
	['models/gemini-3.5-flash', 'models/gemini-3.5-flash'],
	['', 'unknown'],
	['x'.repeat(101), 'unknown'],
	['for ana@example.com', 'unknown'],
	['gemini\n', 'unknown'],
	[null, 'unknown'],
	[5, 'unknown'],
	[['gemini'], 'unknown'],
])('the model version %.30j is shown as %s', async (modelVersion, model) => {
	const { deps } = answering({ modelVersion });
	expect(await askAlone(question, deps)).toMatchObject({ model });
});

test('a model version left out is unknown, and costs what nobody knows', async () => {
	const { deps } = answering();
	const generate: Generate = async (request) => {
		const { modelVersion: _, ...rest } = (await deps.generate(request)) as ReturnType<typeof replying>;
		return rest;
	};
	const verdict = await askAlone(question, { ...deps, generate });
	expect(verdict).toMatchObject({ model: 'unknown', usage: { input_tokens: 0, output_tokens: 0 } });
	expect(verdict.usage).not.toHaveProperty('cost_usd');
});

describe('what goes wrong', () => {
	test('an error on the way stays what it is', async () => {
		const { deps } = answering();
		const down = new TriageError('unavailable', 'down', { retryable: true });
		const failing = { ...deps, generate: () => Promise.reject(down) };
		expect(await rejectionOf(askGemini(questions(2), failing))).toBe(down);
		expect(await rejectionOf(askAlone(question, failing))).toBe(down);
	});

	test('an unusable answer is one for all', async () => {
		const { deps } = answering();
		const blocked = { ...deps, generate: async () => ({ promptFeedback: { blockReason: 'SAFETY' } }) };
		expect(await rejectionOf(askGemini(questions(2), blocked))).toMatchObject({ code: 'unreadable', retryable: false });
	});

	test('alone, no verdict is an error', async () => {
		const { deps } = answering({}, () => []);
		expect((await rejectionOf(askAlone(question, deps))).message).toContain('did not answer for the ticket');
	});
});
