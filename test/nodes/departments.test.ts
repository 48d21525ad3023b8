import fc from 'fast-check';
import { DEFAULT_DEPARTMENTS, findDepartment } from '../../core/departments';
import { TriageError } from '../../core/errors';
import { parseDepartments, unknownToLocal } from '../../nodes/shared/departments';

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
	['no list', '{"name":"Sales"}', 'must be a JSON array'],
	['nothing', undefined, 'must be a JSON array'],
	['an empty list', [], '1 to 50 of them, and there are 0'],
	['51', Array.from({ length: 51 }, (_, n) => `D${n}`), '1 to 50 of them, and there are 51'],
	['the same name twice', ['Sales', 'HR', 'sales '], 'number 3 has the name of number 1'],
	['an empty name', ['Sales', { name: '\u200b' }], 'number 2 has no name'],
	['a long name', ['x'.repeat(61)], 'the name of number 1 has more than 60 characters'],
	['a long description', [{ name: 'A', description: 'x'.repeat(1001) }], 'the description of number 1 has more than'],
	['many examples', [{ name: 'A', examples: Array(21).fill('x') }], 'number 1 has more than 20 examples'],
	['a long example', [{ name: 'A', examples: ['x'.repeat(301)] }], 'an example of number 1 has more than 300'],
	['the name of an output', ['needs review'], 'is called Needs Review, which is kept for unsure tickets'],
])('refuses %s', (_, list, message) => {
	expect(() => parseDepartments(list)).toThrow(message);
	expect(() => parseDepartments(list)).toThrow(TriageError);
});

test('names every problem at once', () => {
	expect(() => parseDepartments(['', 'A', 'a'])).toThrow(/number 1 has no name; number 3 has the name of number 2/u);
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
