import fc from 'fast-check';
import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { TriageError } from '../../../core/errors';
import { readGeminiAnswer, type Said } from '../../../core/gemini/answer';
import { hostileText } from '../../helpers/arbitraries';
import { PROTOTYPE_NAMES } from '../../helpers/tickets';

const IDS = ['a1', 'b2', 'c3'];
const NAMES = DEFAULT_DEPARTMENTS.map(({ name }) => name);
/** All there is to say, but for a reason of Gemini's own in capitals. */
const MESSAGE = new RegExp(
	`^Gemini gave no usable answer: (?:${[
		'its answer was not an object',
		'its answer was not the JSON asked for',
		'it did not answer for the ticket',
		'it answered twice for the ticket',
		'it named a department that is not configured',
		'its confidence was not a number from 0 to 1',
		'it (?:blocked the ticket|stopped early)(?: \\([A-Z_]{2,40}\\))?',
	].join('|')})$`,
	'u',
);

const SECRET = 'ana.ruiz@example.com';
const word = fc.oneof(hostileText, fc.constantFrom(SECRET, `${SECRET}\nSTOP`, ...PROTOTYPE_NAMES));
const mostly = (usual: fc.Arbitrary<unknown>, ...others: fc.Arbitrary<unknown>[]) =>
	fc.oneof({ weight: 8, arbitrary: usual }, ...others, fc.anything());
const anyEntry = fc.record(
	{
		id: mostly(fc.constantFrom(...IDS), word),
		department: mostly(fc.constantFrom(...NAMES, 'it', ' hr '), word),
		confidence: mostly(fc.double({ min: 0, max: 1 }), fc.constantFrom<unknown>(7, -0.1, 'high', '0.9')),
		reasoning: mostly(word),
	},
	{ requiredKeys: ['id', 'department', 'confidence'] },
);
const json = mostly(fc.array(anyEntry, { maxLength: 4 }), anyEntry, fc.array(fc.anything())).map((all) => toJson(all));
const text = fc.oneof(
	{ weight: 4, arbitrary: json },
	fc.tuple(word, json, word).map((pieces) => pieces.join('')),
	fc.tuple(json, fc.nat(200)).map(([whole, end]) => whole.slice(0, end)),
	word,
);
const ownPart = text.map((some) => ({ text: some }));
const part = mostly(ownPart, fc.record({ text, thought: fc.boolean() }));
const parts = mostly(
	ownPart.map((only) => [only]),
	fc.array(part, { maxLength: 3 }),
);
const reason = mostly(fc.constant('STOP'), fc.constantFrom('SAFETY', 'MAX_TOKENS'), word);
const candidate = fc.record({ content: mostly(fc.record({ parts })), finishReason: reason });
const answer = mostly(
	fc.record({ candidates: fc.array(candidate, { minLength: 1, maxLength: 2 }) }),
	fc.record({ promptFeedback: fc.record({ blockReason: reason }) }),
	fc.record({ candidates: fc.anything(), promptFeedback: fc.anything() }),
);

function toJson(value: unknown): string {
	try {
		return String(JSON.stringify(value));
	} catch {
		return '[]';
	}
}

function check(outcome: Said | TriageError): 'verdict' | 'error' {
	if (outcome instanceof TriageError) {
		expect(outcome).toMatchObject({ code: 'unreadable', retryable: false });
		expect(outcome.message).toMatch(MESSAGE);
		return 'error';
	}
	expect(Object.keys(outcome).sort()).toEqual(['confidence', 'department', 'reasoning']);
	expect(NAMES).toContain(outcome.department);
	expect(outcome.confidence).toBeGreaterThanOrEqual(0);
	expect(outcome.confidence).toBeLessThanOrEqual(1);
	expect(outcome.reasoning.length).toBeLessThanOrEqual(1000);
	return 'verdict';
}

test('whatever comes, each ticket has a verdict within the departments or an error without foreign words', () => {
	const seen = { verdict: 0, error: 0, whole: 0 };
	fc.assert(
		fc.property(answer, (reply) => {
			let outcomes: (Said | TriageError)[];
			try {
				outcomes = readGeminiAnswer(reply, IDS, DEFAULT_DEPARTMENTS);
			} catch (error) {
				expect(error).toBeInstanceOf(TriageError);
				check(error as TriageError);
				seen.whole += 1;
				return;
			}
			expect(outcomes).toHaveLength(IDS.length);
			outcomes.forEach((outcome) => (seen[check(outcome)] += 1));
		}),
		{ numRuns: 3000 },
	);
	expect(Math.min(seen.verdict, seen.error, seen.whole)).toBeGreaterThan(100);
});

test('a whole answer in any order, wrapped or cut into parts, is read as it was meant', () => {
	const wraps = [
		(all: string) => all,
		(all: string) => `\`\`\`json\n${all}\n\`\`\``,
		(all: string) => `So:\n${all}\nDone.`,
	];
	const good = fc.record({
		department: fc.constantFrom(...NAMES),
		confidence: fc.integer({ min: 0, max: 10_000 }).map((n) => n / 10_000),
		reasoning: hostileText.map((some) => some.slice(0, 1000)).filter((some) => Buffer.from(some).toString() === some),
	});
	const shuffled = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
	fc.assert(
		fc.property(
			fc.tuple(good, good, good),
			shuffled,
			fc.constantFrom(...wraps),
			fc.nat(300),
			(verdicts, order, wrap, cut) => {
				const whole = wrap(JSON.stringify(order.map((i) => ({ id: IDS[i], ...verdicts[i] }))));
				const parts = [{ text: whole.slice(0, cut) }, { text: 'hm', thought: true }, { text: whole.slice(cut) }];
				const reply = { candidates: [{ finishReason: 'STOP', content: { parts } }] };
				expect(readGeminiAnswer(reply, IDS, DEFAULT_DEPARTMENTS)).toEqual(verdicts);
			},
		),
	);
});
