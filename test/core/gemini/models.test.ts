import { costOf, DEFAULT_GEMINI_MODEL, takesTemperature, traitsOf } from '../../../core/gemini/models';
import { PROTOTYPE_NAMES } from '../../helpers/tickets';

test.each<[string, string | undefined]>([
	['gemini-3.5-flash-lite', 'minimal'],
	['models/gemini-3.5-flash-lite', 'minimal'],
	['gemini-3.5-flash-lite-001', 'minimal'],
	['models/gemini-3.1-flash-lite-002', 'minimal'],
	['gemini-3.8-flash', 'low'],
	['gemini-3.6-flash', undefined],
	['gemini-3.5-flash', undefined],
	['gemini-3.5-flash-lite-preview', undefined],
	['gemini-3.5-flash-lite2', undefined],
	['gemini-2.5-flash', undefined],
	['tuned/gemini-3.8-flash', undefined],
	['', undefined],
	...PROTOTYPE_NAMES.map((name) => [name, undefined] as [string, undefined]),
])('%j can be told to think %s', (model, thinkingLevel) => {
	expect(traitsOf(model).thinkingLevel).toBe(thinkingLevel);
});

test('of the default model all is known', () => {
	expect(traitsOf(DEFAULT_GEMINI_MODEL)).toEqual({
		thinkingLevel: expect.any(String),
		price: { input: expect.any(Number), output: expect.any(Number) },
	});
});

test.each([
	['gemini-1.5-flash', true],
	['gemini-2.5-flash-lite', true],
	['models/gemini-2.0-flash', true],
	['gemini-3.1-flash-lite', false],
	['gemini-3.5-flash-lite', false],
	['gemini-4-argon', false],
	['gemini-12.5-flash', false],
	['gemini-flash-latest', false],
	['', false],
])('%s takes a temperature: %s', (model, takes) => {
	expect(takesTemperature(model)).toBe(takes);
});

test.each([
	['gemini-3.5-flash-lite', 0.3, 2.5],
	['models/gemini-3.5-flash-lite-001', 0.3, 2.5],
	['gemini-3.1-flash-lite', 0.25, 1.5],
	['gemini-3.6-flash', 1.5, 7.5],
])('%s costs %d and %d USD a million', (model, input, output) => {
	expect(costOf(model, 1_000_000, 0)).toBeCloseTo(input, 10);
	expect(costOf(model, 0, 1_000_000)).toBeCloseTo(output, 10);
	expect(costOf(model, 700, 60)).toBeCloseTo((700 * input + 60 * output) / 1e6, 12);
	expect(costOf(model, 0, 0)).toBe(0);
});

test.each(['gemini-3.8-flash', 'gemini-3.5-flash', 'unknown', '', ...PROTOTYPE_NAMES])(
	'what %j costs is not known',
	(model) => {
		expect(costOf(model, 1000, 1000)).toBeUndefined();
	},
);
