import { DEFAULT_DEPARTMENTS, FALLBACK_DEPARTMENT, findDepartment, withFallback } from '../../core/departments';
import { PROTOTYPE_NAMES } from '../helpers/tickets';

const marketing = { name: 'Marketing', description: 'Brand.', teams: [], examples: [] };

test('there are the seven that callers know, General last', () => {
	const names = DEFAULT_DEPARTMENTS.map(({ name }) => name);
	expect(names).toEqual(['IT', 'HR', 'Finance', 'Facilities', 'Legal', 'Security', 'General']);
});

test('each says what it does and has a team and examples', () => {
	for (const { description, teams, examples } of DEFAULT_DEPARTMENTS) {
		expect(description.length).toBeGreaterThan(20);
		expect(teams).toHaveLength(1);
		expect(examples.length).toBeGreaterThanOrEqual(3);
	}
});

test.each([
	['IT', 'IT'],
	['it', 'IT'],
	[' Legal\n', 'Legal'],
	['FACILITIES', 'Facilities'],
])('%j is found', (name, found) => {
	expect(findDepartment(DEFAULT_DEPARTMENTS, name)?.name).toBe(found);
});

test.each(['', ' ', 'Marketing', 'I T', 'ITs', 'IT, HR', 'IT\0', ...PROTOTYPE_NAMES])('%j is not found', (name) => {
	expect(findDepartment(DEFAULT_DEPARTMENTS, name)).toBeUndefined();
});

test.each(PROTOTYPE_NAMES)('a department may be called %s', (name) => {
	const strange = { ...marketing, name };
	expect(findDepartment([marketing, strange], name.toUpperCase())).toBe(strange);
});

test('a list of one’s own gets the fallback, once', () => {
	expect(withFallback([marketing]).map(({ name }) => name)).toEqual(['Marketing', FALLBACK_DEPARTMENT]);
	expect(withFallback(DEFAULT_DEPARTMENTS)).toBe(DEFAULT_DEPARTMENTS);
	const own = [marketing, { ...marketing, name: 'general' }];
	expect(withFallback(own)).toBe(own);
	expect(withFallback([]).map(({ name }) => name)).toEqual([FALLBACK_DEPARTMENT]);
});
