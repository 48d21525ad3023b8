import type { Classification, Classifier } from '../../core/classification';
import { classify, NEVER_ENOUGH, type Classifiers } from '../../core/classify';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { TriageError } from '../../core/errors';
import { weigh } from '../../core/weigh';
import { buildClassification, buildTicket, rejectionOf } from '../helpers/tickets';

const ticket = buildTicket();
/** What is said of this ticket, whoever classified it. */
const described = {
	language: 'en',
	suggested_priority: { priority: 'medium', reasons: ['nothing in it asks for another'] },
};
const ownWord = buildClassification({ confidence: 0.7 });
const usage = { input_tokens: 700, output_tokens: 60 };
const answer = buildClassification({ classifier: 'gemini', model: 'gemini-test-1', reasoning: 'Because.', usage });

function saying(name: Classifier['name'], said: Classification | Error): Classifier & { asked: unknown[] } {
	const asked: unknown[] = [];
	return {
		name,
		asked,
		classify: async (given) => {
			asked.push(given);
			if (said instanceof Error) throw said;
			return said;
		},
	};
}

function classifiers(overrides: Partial<Classifiers> = {}): Classifiers {
	const local = saying('local', ownWord);
	return { local, cutoff: NEVER_ENOUGH, fallBack: true, departments: DEFAULT_DEPARTMENTS, ...overrides };
}

test.each([true, false])(
	'without Gemini the local model decides, and nothing was skipped (fall back: %s)',
	async (fallBack) => {
		const local = saying('local', ownWord);
		expect(await classify(ticket, classifiers({ local, fallBack }))).toEqual({
			classification: { ...ownWord, ...described },
			skipped: [],
		});
		expect(local.asked).toEqual([ticket]);
	},
);

test('with Gemini both are asked once, and their words are weighed', async () => {
	const [local, gemini] = [saying('local', ownWord), saying('gemini', answer)];
	expect(await classify(ticket, classifiers({ local, gemini }))).toEqual({
		classification: { ...weigh(ownWord, answer, DEFAULT_DEPARTMENTS), ...described },
		skipped: [],
	});
	expect([local.asked, gemini.asked]).toEqual([[ticket], [ticket]]);
});

test('dissent and usage come through', async () => {
	const other = { ...answer, department: 'HR', confidence: 0.95 };
	const { classification } = await classify(ticket, classifiers({ gemini: saying('gemini', other) }));
	expect(classification).toMatchObject({
		department: 'HR',
		usage,
		dissent: { classifier: 'local', department: 'IT', confidence: 0.7 },
	});
});

describe('the cutoff', () => {
	test.each([
		[0.6999, 0.7, true],
		[0.7, 0.7, false],
		[0.7001, 0.7, false],
		[1, 1, false],
		[0, 0, false],
		[1, NEVER_ENOUGH, true],
		[NaN, 0.7, true],
	])('at a local confidence of %d and a cutoff of %d Gemini is asked: %s', async (confidence, cutoff, asked) => {
		const [local, gemini] = [saying('local', { ...ownWord, confidence }), saying('gemini', answer)];
		await classify(ticket, classifiers({ local, gemini, cutoff }));
		expect(gemini.asked).toHaveLength(asked ? 1 : 0);
	});

	test.each([true, false])('where it is reached, the answer says why (fall back: %s)', async (fallBack) => {
		const gemini = saying('gemini', answer);
		expect(await classify(ticket, classifiers({ gemini, cutoff: 0.65, fallBack }))).toEqual({
			classification: { ...ownWord, ...described },
			skipped: [{ classifier: 'gemini', reason: 'the local model was sure enough (0.65)' }],
		});
	});
});

describe('where Gemini has no answer', () => {
	const errors = [
		new TriageError('unavailable', 'Gemini answered 503', { retryable: true }),
		new TriageError('unreadable', 'Gemini gave no usable answer'),
		new TriageError('auth', 'Gemini refused the key'),
	];

	test.each(errors)('the local one counts, and the answer says why: %p', async (error) => {
		expect(await classify(ticket, classifiers({ gemini: saying('gemini', error) }))).toEqual({
			classification: { ...ownWord, ...described },
			skipped: [{ classifier: 'gemini', reason: error.message, code: error.code }],
		});
	});

	test.each(errors)('its error is thrown where nobody wants the local one alone: %p', async (error) => {
		const given = classifiers({ gemini: saying('gemini', error), fallBack: false });
		expect(await rejectionOf(classify(ticket, given))).toBe(error);
	});

	test.each([true, false])('a bug is not covered up (fall back: %s)', async (fallBack) => {
		const bug = new TypeError('cannot read properties of undefined');
		await expect(classify(ticket, classifiers({ gemini: saying('gemini', bug), fallBack }))).rejects.toBe(bug);
	});

	test('nor one that is thrown at once', async () => {
		const hasty: Classifier = {
			name: 'gemini',
			classify: () => {
				throw new RangeError('at once');
			},
		};
		await expect(classify(ticket, classifiers({ gemini: hasty }))).rejects.toBeInstanceOf(RangeError);
	});
});

test('without the local model’s word there is none, and Gemini is not asked', async () => {
	const broken = new TriageError('misconfigured', 'the model file is damaged');
	const gemini = saying('gemini', answer);
	expect(await rejectionOf(classify(ticket, classifiers({ local: saying('local', broken), gemini })))).toBe(broken);
	expect(gemini.asked).toEqual([]);
});

describe('language', () => {
	test.each([
		['Gemini spoke', saying('gemini', answer)],
		['Gemini had no answer', saying('gemini', new TriageError('unavailable', 'down'))],
		['there is no Gemini', undefined],
	])('is the one the local model told, when %s', async (_, gemini) => {
		const local = saying('local', { ...ownWord, language: 'pt' });
		const { classification } = await classify(ticket, classifiers({ local, gemini }));
		expect(classification.language).toBe('pt');
	});

	test('and priority are read from the ticket where nobody told; what was given stays as it was', async () => {
		const german = buildTicket({
			title: 'Dringend',
			description: 'Die ganze Abteilung kann nicht arbeiten',
			priority: 'low',
		});
		const before = structuredClone([ownWord, answer, german]);
		const { classification } = await classify(german, classifiers({ gemini: saying('gemini', answer) }));
		expect(classification).toMatchObject({ language: 'de', suggested_priority: { priority: 'critical' } });
		expect([ownWord, answer, german]).toEqual(before);
	});
});
