import { verdict } from '../../bench/soak-verdict';
import { growth, type Sample } from '../../bench/soak-watch';

/** Two minutes in which nothing grows; each test breaks one thing. */
function samples(change: (sample: Sample, i: number) => Partial<Sample> = () => ({})): Sample[] {
	return Array.from({ length: 12 }, (_, i) => {
		const sample: Sample = { seconds: (i + 1) * 10, heap: 60 + (i % 3), rss: 250, lag: 20, files: 70, waiting: 5 };
		return { ...sample, ...change(sample, i) };
	});
}

const END: Sample = { seconds: 130, heap: 61, rss: 250, lag: 5, files: 50, waiting: 0 };
const GOOD = { wrong: [], acknowledged: new Set(['TKT-1']) };
const NONE = { lost: [], double: [] };

it('is well where nothing is wrong', () => {
	expect(growth(samples(), END)).toEqual([]);
	expect(verdict(GOOD, NONE, [])).toEqual([]);
});

it.each<[string, string[], RegExp]>([
	['a wrong answer', verdict({ ...GOOD, wrong: ['503 of POST'] }, NONE, []), /^503 of POST$/],
	['a lost ticket', verdict(GOOD, { ...NONE, lost: ['TKT-1'] }, []), /^1 tickets are lost: TKT-1$/],
	['a double one', verdict(GOOD, { ...NONE, double: ['TKT-1 is 2 times in jira'] }, []), /2 times in jira/],
	['no ticket at all', verdict({ ...GOOD, acknowledged: new Set() }, NONE, []), /no ticket/],
	['what grew', verdict(GOOD, NONE, ['the heap rose']), /the heap rose/],
])('%s is a failure', (_, reasons, said) => {
	expect(reasons).toHaveLength(1);
	expect(reasons[0]).toMatch(said);
});

it('says of many wrong answers the first, and how many more', () => {
	const reasons = verdict({ ...GOOD, wrong: Array<string>(25).fill('500') }, NONE, []);
	expect([reasons.length, reasons[10]]).toEqual([11, 'and 15 answers more that are wrong']);
});

it('sees a heap that grows and stays', () => {
	const growing = samples((_, i) => ({ heap: 60 + 5 * i }));
	expect(growth(growing, { ...END, heap: 115 })).toEqual([
		expect.stringMatching(/^the heap rose by 40\.0 MB and kept/),
	]);
	expect(growth(growing, END)).toEqual([]);
	expect(
		growth(
			samples((_, i) => ({ heap: i < 4 ? 60 + 20 * i : 120 })),
			{ ...END, heap: 120 },
		),
	).toEqual([]);
});

it('sees files that stay open', () => {
	expect(growth(samples(), { ...END, files: 87 })).toEqual([expect.stringMatching(/^17 more files/)]);
	expect(growth(samples(), { ...END, files: 86 })).toEqual([]);
});

it('does not judge by nothing', () => {
	expect(growth(samples().slice(0, 1), END)).toEqual([expect.stringContaining('too few samples')]);
});
