import fc from 'fast-check';
import { DEFAULT_DEPARTMENTS, findDepartment } from '../../core/departments';
import { TriageError } from '../../core/errors';
import { parseDepartments, unknownToLocal } from '../../nodes/TicketTriage/departments';

const names = (list: unknown) => parseDepartments(list).map(({ name }) => name);

test('reads names, and objects with description and examples as list or as lines', () => {
	const [sales, legal, marketing, general] = parseDepartments([
		'Sales',
		{ name: ' Legal\n', description: ' Contracts ', examples: ' An NDA \n\n A letter' },
		{ name: 'Marketing', examples: ['A typo', '', 7] },
	]);
	expect(sales).toEqual({ name: 'Sales', description: 'Everything about Sales.', teams: [], examples: [] });
	expect(legal).toEqual({ name: 'Legal', description: 'Contracts', teams: [], examples: ['An NDA', 'A letter'] });
	expect(marketing.examples).toEqual(['A typo', '7']);
	expect(general).toEqual(findDepartment(DEFAULT_DEPARTMENTS, 'General'));
});

test('adds General where it is missing, and leaves it as it is spelt', () => {
	expect(names(['Sales'])).toEqual(['Sales', 'General']);
	expect(names(['GENERAL', 'Sales'])).toEqual(['GENERAL', 'Sales']);
	expect(names(Array.from({ length: 50 }, (_, n) => `D${n}`))).toHaveLength(51);
});

test.each([
	['no list', '{"name":"Sales"}', 'Departments (JSON) must be an array'],
	['nothing', undefined, 'Departments (JSON) must be an array'],
	['an empty list', [], 'Departments must be 1 to 50, and there are 0'],
	['51', Array.from({ length: 51 }, (_, n) => `D${n}`), 'Departments must be 1 to 50, and there are 51'],
	['the same name twice', ['Sales', 'HR', 'sales '], 'Name of department 3 is that of department 1'],
	['an empty name', ['Sales', { name: '\u200b' }], 'Name of department 2 is missing'],
	['a long name', ['x'.repeat(61)], 'Name of department 1 has more than 60 characters'],
	[
		'a long description',
		[{ name: 'A', description: 'x'.repeat(1001) }],
		'Description of department 1 has more than 1000',
	],
	['many examples', [{ name: 'A', examples: Array(21).fill('x') }], 'Examples of department 1 are more than 20'],
	['a long example', [{ name: 'A', examples: ['x'.repeat(301)] }], 'Examples of department 1: one has more than 300'],
	['the name of an output', ['needs review'], 'Name of department 1 cannot be Needs Review'],
])('refuses %s', (_, list, message) => {
	expect(() => parseDepartments(list)).toThrow(message);
	expect(() => parseDepartments(list)).toThrow(TriageError);
});

test('names every problem at once', () => {
	expect(() => parseDepartments(['', 'A', 'a'])).toThrow(
		/^Name of department 1 is missing; Name of department 3 is that of department 2$/u,
	);
});

test('whatever is given, there is a usable list or a TriageError', () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			try {
				const list = parseDepartments(value);
				expect(list.length).toBeLessThanOrEqual(51);
				expect(new Set(list.map(({ name }) => name.toLowerCase())).size).toBe(list.length);
				expect(findDepartment(list, 'General')).toBeDefined();
			} catch (error) {
				expect(error).toBeInstanceOf(TriageError);
			}
		}),
	);
});

test('the local model knows the default seven, in any case', () => {
	expect(unknownToLocal(DEFAULT_DEPARTMENTS)).toEqual([]);
	expect(unknownToLocal(parseDepartments(['it', 'Sales', 'finance']))).toEqual(['Sales']);
});
