import { rankedAlternatives, roundConfidence } from '../../core/classification';

const scores = [
	{ department: 'IT', confidence: 0.1 },
	{ department: 'HR', confidence: 0.6 },
	{ department: 'Legal', confidence: 0.25 },
	{ department: 'General', confidence: 0.05 },
];

test('the likeliest come first, three unless told', () => {
	expect(rankedAlternatives(scores).map(({ department }) => department)).toEqual(['HR', 'Legal', 'IT']);
	expect(rankedAlternatives(scores, 1)).toEqual([{ department: 'HR', confidence: 0.6 }]);
	expect(rankedAlternatives([])).toEqual([]);
});

test('the given list stays as it was', () => {
	const before = structuredClone(scores);
	rankedAlternatives(scores);
	expect(scores).toEqual(before);
});

test('confidence is rounded to four digits', () => {
	expect(roundConfidence(1 / 3)).toBe(0.3333);
	expect(rankedAlternatives([{ department: 'IT', confidence: 2 / 3 }])[0].confidence).toBe(0.6667);
	expect([0, 0.00004, 0.99996, 1].map(roundConfidence)).toEqual([0, 0, 1, 1]);
});
