import { highestPriority, PRIORITIES, priorityRank } from '../../core/ticket';

test('priorities rank by meaning, not by alphabet', () => {
	const shuffled = ['medium', 'critical', 'low', 'high'] as const;
	expect([...shuffled].sort((a, b) => priorityRank(a) - priorityRank(b))).toEqual([
		'low',
		'medium',
		'high',
		'critical',
	]);
	expect(PRIORITIES.map(priorityRank)).toEqual([0, 1, 2, 3]);
});

test.each([
	[[], 'low'],
	[['low'], 'low'],
	[['medium', 'low'], 'medium'],
	[['medium', 'critical', 'high'], 'critical'],
] as const)('the highest of %j is %s', (given, highest) => {
	expect(highestPriority(given)).toBe(highest);
});

test('the highest is one of those given and not below any', () => {
	const triples = PRIORITIES.flatMap((a) => PRIORITIES.flatMap((b) => PRIORITIES.map((c) => [a, b, c])));
	expect(triples).toHaveLength(64);
	for (const given of triples) {
		const highest = highestPriority(given);
		expect(given).toContain(highest);
		expect(priorityRank(highest)).toBe(Math.max(...given.map(priorityRank)));
	}
});
