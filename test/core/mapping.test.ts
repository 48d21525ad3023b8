import fc from 'fast-check';
import { chooseMapping, INBOX_MAPPING, type Mapping } from '../../core/mapping';
import { priorityRank, type Priority } from '../../core/ticket';
import { departmentName, mapping, priority } from '../helpers/arbitraries';
import { buildMapping } from '../helpers/tickets';

const to = (teamName: string, priorityThreshold: Priority, department = 'IT'): Mapping =>
	buildMapping({ teamName, priorityThreshold, department });

const steps = [to('everyday', 'low'), to('experts', 'high'), to('general', 'low', 'General')];

test.each([
	['low', 'everyday'],
	['medium', 'everyday'],
	['high', 'experts'],
	['critical', 'experts'],
] as const)('a %s ticket goes to the %s', (given, team) => {
	expect(chooseMapping(steps, 'IT', given).teamName).toBe(team);
	expect(chooseMapping([...steps].reverse(), 'IT', given).teamName).toBe(team);
});

test('thresholds compare as ranks, not as text', () => {
	const all = [to('l', 'low'), to('m', 'medium'), to('h', 'high'), to('c', 'critical')];
	expect(
		(['low', 'medium', 'high', 'critical'] as const).map((given) => chooseMapping(all, 'IT', given).teamName),
	).toEqual(['l', 'm', 'h', 'c']);
});

test('case does not matter', () => {
	expect(chooseMapping([to('everyday', 'low', 'it')], 'IT', 'low').teamName).toBe('everyday');
});

test('of equals the first wins', () => {
	expect(chooseMapping([to('first', 'low'), to('second', 'low')], 'IT', 'low').teamName).toBe('first');
});

test('of equals the inbox gives way, wherever it stands', () => {
	const inbox = buildMapping({ teamName: 'inbox', priorityThreshold: 'low', department: 'IT', system: 'inbox' });
	const equals = [inbox, to('desk', 'low'), { ...inbox, teamName: 'other' }];
	expect(chooseMapping(equals, 'IT', 'low').teamName).toBe('desk');
	expect(chooseMapping([...equals].reverse(), 'IT', 'low').teamName).toBe('desk');
	expect(chooseMapping([...equals, { ...inbox, priorityThreshold: 'high' }], 'IT', 'high').teamName).toBe('inbox');
});

test('what no mapping of the department takes goes to General’s', () => {
	expect(chooseMapping(steps, 'Legal', 'low').teamName).toBe('general');
	expect(chooseMapping([to('experts', 'high'), steps[2]], 'IT', 'medium').teamName).toBe('general');
});

test('and what General does not take goes to the inbox', () => {
	expect(chooseMapping([], 'IT', 'critical')).toBe(INBOX_MAPPING);
	expect(chooseMapping([to('general', 'high', 'General')], 'General', 'low')).toBe(INBOX_MAPPING);
	expect(INBOX_MAPPING).toMatchObject({ department: 'General', system: 'inbox', priorityThreshold: 'low' });
});

test('the chosen one is never above the priority, and nothing better was there', () => {
	fc.assert(
		fc.property(fc.array(mapping, { maxLength: 12 }), departmentName, priority, (mappings, department, given) => {
			const chosen = chooseMapping(mappings, department, given);
			const same = (name: string): Mapping[] =>
				mappings.filter(
					(one) =>
						one.department.toLowerCase() === name.toLowerCase() &&
						priorityRank(one.priorityThreshold) <= priorityRank(given),
				);
			const candidates = [same(department), same('General'), [INBOX_MAPPING]].find((some) => some.length > 0);
			expect(priorityRank(chosen.priorityThreshold)).toBeLessThanOrEqual(priorityRank(given));
			expect(candidates).toContain(chosen);
			expect(Math.max(...(candidates ?? []).map((one) => priorityRank(one.priorityThreshold)))).toBe(
				priorityRank(chosen.priorityThreshold),
			);
		}),
		{ numRuns: 500 },
	);
});
