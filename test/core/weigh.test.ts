import fc from 'fast-check';
import { rankedAlternatives, type Classification } from '../../core/classification';
import { weigh } from '../../core/weigh';
import { buildClassification, PROTOTYPE_NAMES } from '../helpers/tickets';

const NAMES = ['IT', 'HR', 'Finance', 'Facilities', 'Legal', 'Security', 'General'];
const departments = NAMES.map((name) => ({ name }));
const usage = { input_tokens: 700, output_tokens: 60, cost_usd: 0.00036 };
const localSaying = (department: string, confidence: number, overrides: Partial<Classification> = {}) =>
	buildClassification({ department, confidence, reasoning: `Words for ${department}.`, language: 'en', ...overrides });
const geminiSaying = (department: string, confidence: number, overrides: Partial<Classification> = {}) =>
	buildClassification({
		...{ department, confidence, reasoning: `Because ${department}.`, classifier: 'gemini', model: 'gemini-test-1' },
		...{ usage, ...overrides },
	});
const weighed = (local: Classification, gemini: Classification): Classification => weigh(local, gemini, departments);

test('where both agree, Gemini speaks, with more confidence than either', () => {
	const both = weighed(localSaying('IT', 0.7), geminiSaying('IT', 0.9));
	expect(both).toMatchObject({
		department: 'IT',
		classifier: 'gemini',
		model: 'gemini-test-1',
		reasoning: 'Because IT.',
		usage,
	});
	expect(both.confidence).toBeGreaterThan(0.9);
	expect(both).not.toHaveProperty('dissent');
});

test('where they differ and Gemini wins, its confidence is less, and the other voice is heard', () => {
	const both = weighed(localSaying('HR', 0.55), geminiSaying('IT', 0.9));
	expect(both).toMatchObject({ department: 'IT', classifier: 'gemini', model: 'gemini-test-1', usage });
	expect(both.confidence).toBeLessThan(0.9);
	expect(both.reasoning).toBe('Because IT. (The local model says HR, 55 %.)');
	expect(both.alternatives[0].department).toBe('HR');
});

test('where Gemini loses, the local model speaks, and what asking took is kept', () => {
	const both = weighed(localSaying('HR', 0.99), geminiSaying('IT', 0.5));
	expect(both).toMatchObject({
		department: 'HR',
		classifier: 'local',
		model: 'local-test',
		language: 'en',
		usage,
		dissent: { classifier: 'gemini', department: 'IT', confidence: 0.5 },
	});
	expect(both.reasoning).toBe('Words for HR. (Gemini says IT, 50 %.)');
});

test.each([
	[localSaying('IT', 0.7), geminiSaying('IT', 0.9), 'IT', 0.9712],
	[localSaying('HR', 0.55), geminiSaying('IT', 0.9), 'IT', 0.8751],
	[localSaying('HR', 0.99), geminiSaying('IT', 0.5), 'HR', 0.689],
	[localSaying('IT', 1 / 7), geminiSaying('IT', 0.8), 'IT', 0.8],
])('by Bayes’ rule, case %#', (local, gemini, department, confidence) => {
	expect(weighed(local, gemini)).toMatchObject({ department, confidence });
});

test.each([
	[0.59, undefined],
	[0.5999, undefined],
	[0.6, { classifier: 'local', department: 'HR', confidence: 0.6 }],
	[0.8, { classifier: 'local', department: 'HR', confidence: 0.8 }],
])('a local confidence of %d for another department is dissent: %j', (confidence, dissent) => {
	const both = weighed(localSaying('HR', confidence), geminiSaying('IT', 0.95));
	expect(both.department).toBe('IT');
	expect(both.dissent).toEqual(dissent);
	expect('dissent' in both).toBe(dissent !== undefined);
});

test('Gemini’s loss is dissent, however little it was sure', () => {
	const both = weighed(localSaying('HR', 0.9), geminiSaying('IT', 0));
	expect(both).toMatchObject({ department: 'HR', dissent: { classifier: 'gemini', department: 'IT', confidence: 0 } });
});

test('a sentence names who spoke where there is no reasoning', () => {
	const silent = { reasoning: '' };
	expect(weighed(localSaying('HR', 0.3), geminiSaying('IT', 0.9, silent)).reasoning).toBe(
		'Said by gemini. (The local model says HR, 30 %.)',
	);
	expect(weighed(localSaying('IT', 0.3), geminiSaying('IT', 0.9, silent)).reasoning).toBe('');
});

test.each([
	[0, 0.2],
	[0.1, 0.2],
	[0.99, 0.95],
	[1, 0.95],
])('Gemini’s word of %d counts like %d', (confidence, trusted) => {
	for (const department of ['IT', 'HR']) {
		const [one, other] = [confidence, trusted].map((word) =>
			weighed(localSaying('IT', 0.7), geminiSaying(department, word)),
		);
		expect([one.department, one.confidence, one.alternatives]).toEqual([
			other.department,
			other.confidence,
			other.alternatives,
		]);
	}
});

test('the local model’s other guesses count too', () => {
	const [torn, sure] = [[{ department: 'IT', confidence: 0.45 }], [{ department: 'Legal', confidence: 0.45 }]].map(
		(alternatives) => weighed(localSaying('HR', 0.5, { alternatives }), geminiSaying('IT', 0.8)),
	);
	expect(torn.confidence).toBeGreaterThan(sure.confidence);
});

describe('departments', () => {
	test('a single one is certain', () => {
		const both = weigh(localSaying('IT', 0.4), geminiSaying('IT', 0.6), [{ name: 'IT' }]);
		expect(both).toMatchObject({ department: 'IT', confidence: 1, alternatives: [] });
	});

	test('one that is not in the list is never named as the answer', () => {
		const outside = weighed(localSaying('Marketing', 0.99), geminiSaying('IT', 0.6));
		expect(outside).toMatchObject({ department: 'IT', classifier: 'gemini', dissent: { department: 'Marketing' } });
		expect(outside.alternatives.map(({ department }) => department)).not.toContain('Marketing');
		const strange = weighed(localSaying('IT', 0.6), geminiSaying('Marketing', 0.99));
		expect(strange).toMatchObject({ department: 'IT', classifier: 'local', dissent: { department: 'Marketing' } });
		expect(strange.alternatives.map(({ department }) => department)).not.toContain('Marketing');
	});

	test('names of prototypes are names', () => {
		const own = [...PROTOTYPE_NAMES, 'General'].map((name) => ({ name }));
		const both = weigh(localSaying('constructor', 0.5), geminiSaying('__proto__', 0.9), own);
		expect(both.department).toBe('__proto__');
		expect(both.alternatives[0].department).toBe('constructor');
	});
});

test('nothing given is changed', () => {
	const given = { local: localSaying('HR', 0.8), gemini: geminiSaying('IT', 0.7), departments };
	const before = structuredClone(given);
	weigh(given.local, given.gemini, given.departments);
	expect(given).toEqual(before);
});

const certainty = fc.double({ min: 0, max: 1, noNaN: true });
const name = fc.constantFrom(...NAMES);
/** As the local classifier says it: the likeliest four of a distribution. */
const distribution = fc
	.array(fc.double({ min: 0.0001, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 })
	.chain((weights) => fc.integer({ min: 1, max: 6 }).map((power) => weights.map((weight) => weight ** power)))
	.map((weights) => {
		const sum = weights.reduce((all, weight) => all + weight, 0);
		const shares = weights.map((weight, i) => ({ department: NAMES[i], confidence: weight / sum }));
		const [first, ...alternatives] = rankedAlternatives(shares, 4);
		return localSaying(first.department, first.confidence, { alternatives });
	})
	.filter(({ confidence, alternatives }) => confidence > alternatives[0].confidence);

test('whatever both say: a configured department said by one of them, ranked, and no more than 1 in all', () => {
	fc.assert(
		fc.property(distribution, name, certainty, (local, department, confidence) => {
			const gemini = geminiSaying(department, confidence);
			const both = weighed(local, gemini);
			const spoken = both.classifier === 'gemini' ? gemini : local;
			expect(both.department).toBe(spoken.department);
			expect(both.model).toBe(spoken.model);
			expect(both.usage).toEqual(usage);
			const all = [both, ...both.alternatives];
			expect(new Set(all.map((one) => one.department)).size).toBe(4);
			const shares = all.map((one) => one.confidence);
			expect(shares).toEqual(shares.toSorted((a, b) => b - a));
			expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
			// Each is rounded to four places.
			expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 4 * 0.00005);
			const differ = local.department !== department;
			expect('dissent' in both).toBe(differ && (both.classifier === 'local' || local.confidence >= 0.6));
		}),
		{ numRuns: 1000 },
	);
});

test('agreement is worth no less than Gemini’s word alone, disagreement with a lone favourite no more', () => {
	const favourite = fc.double({ min: 1 / 7, max: 1, noNaN: true });
	fc.assert(
		fc.property(favourite, certainty, name, name, (local, confidence, one, other) => {
			const trust = Math.min(0.95, Math.max(0.2, confidence));
			const both = weighed(localSaying(one, local), geminiSaying(other, confidence));
			const share = [both, ...both.alternatives].find(({ department }) => department === other)!.confidence;
			if (one === other) expect(share).toBeGreaterThanOrEqual(trust - 0.00005);
			else expect(share).toBeLessThanOrEqual(trust + 0.00005);
		}),
		{ numRuns: 1000 },
	);
});

test('the surer either is, the surer is what they agree on', () => {
	fc.assert(
		fc.property(fc.double({ min: 1 / 7, max: 1, noNaN: true }), certainty, certainty, (local, one, other) => {
			const [less, more] = [Math.min(one, other), Math.max(one, other)];
			const said = (mine: number, theirs: number) =>
				weighed(localSaying('IT', mine), geminiSaying('IT', theirs)).confidence;
			expect(said(local, more)).toBeGreaterThanOrEqual(said(local, less));
			expect(said(Math.max(local, more), one)).toBeGreaterThanOrEqual(said(local, one));
		}),
	);
});
