import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { LANGUAGES } from '../../core/local/vocabulary/vocabulary';
import { codePoints } from '../../core/text';
import { LIMITS } from '../../core/ticket';
import { findNearDuplicates } from '../../corpus/near-duplicates';
import { readCorpus, type Example } from '../../corpus/read-corpus';

const FOLDER = join(__dirname, '../../corpus');
const FIELDS: string[] = ['title', 'description', 'department', 'language', 'scenario', 'industry'];
const INDUSTRIES = ['factory', 'hospital', 'university', 'bank', 'shop', 'software', 'logistics', 'town-hall'];
const DEPARTMENTS = DEFAULT_DEPARTMENTS.map(({ name }) => name);

/** What is wrong with a row of this file, in a word each. */
function flawsOf(row: Example, language: string, department: string): string[] {
	const lengthIn = (text: string, most: number): boolean => text.trim() !== '' && codePoints(text) <= most;
	const addresses = `${row.title} ${row.description}`.match(/[^\s<>()"',;:]+@[\p{L}\p{N}][^\s<>()"',;:]*/gu) ?? [];
	const checks: Record<string, boolean> = {
		fields: Object.keys(row).sort().join() === [...FIELDS].sort().join(),
		title: lengthIn(row.title, LIMITS.title) && !/[\r\n]/u.test(row.title),
		description: lengthIn(row.description, LIMITS.description),
		department: row.department === department,
		language: row.language === language,
		scenario: /^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(row.scenario),
		industry: INDUSTRIES.includes(row.industry),
		address: addresses.every((address) => /@(?:[\w-]+\.)*example\.com[.!?]*$/u.test(address)),
	};
	return Object.keys(checks).filter((name) => !checks[name]);
}

describe.each(LANGUAGES)('in %s', (language) => {
	test('there is a file for each department, and nothing else', () => {
		const files = DEPARTMENTS.map((name) => `${name.toLowerCase()}.jsonl`);
		expect(readdirSync(join(FOLDER, language)).sort()).toEqual(files.sort());
	});

	test.each(DEPARTMENTS)('%s has enough rows, all of them valid', (department) => {
		const text = readFileSync(join(FOLDER, language, `${department.toLowerCase()}.jsonl`), 'utf8');
		const rows = text.split('\n').filter((line) => line.trim() !== '');
		expect(rows.length).toBeGreaterThanOrEqual(language === 'en' ? 400 : 60);
		const flawed = rows.map((row, i) => [i + 1, ...flawsOf(JSON.parse(row) as Example, language, department)]);
		expect(flawed.filter(({ length }) => length > 1)).toEqual([]);
	});
});

test('the check of a row is seen to fail', () => {
	const row = { title: 't', description: 'd', department: 'IT', language: 'en', scenario: 'a-b', industry: 'bank' };
	const flaws = (change: object): string[] => flawsOf({ ...row, ...change }, 'en', 'IT');
	expect(flaws({})).toEqual([]);
	expect(flaws({ description: 'Ask ana@example.com, or bob@mail.example.com.' })).toEqual([]);
	expect(flaws({ title: '[security@] a list, not an address' })).toEqual([]);
	expect(flaws({ note: 'x' })).toEqual(['fields']);
	expect(flaws({ title: 'x'.repeat(201) })).toEqual(['title']);
	expect(flaws({ title: 'a\nb' })).toEqual(['title']);
	expect(flaws({ description: ' ' })).toEqual(['description']);
	expect(flaws({ department: 'HR', language: 'de' })).toEqual(['department', 'language']);
	expect(flaws({ scenario: 'No Kebab', industry: 'circus' })).toEqual(['scenario', 'industry']);
	expect(flaws({ description: 'ana@firm.de' })).toEqual(['address']);
	expect(flaws({ description: 'ana@notexample.com' })).toEqual(['address']);
});

describe('near duplicates', () => {
	const row = (title: string, description: string) => ({ title, description });
	const corpus = readCorpus(FOLDER);

	test('there are none in the corpus', () => {
		const found = findNearDuplicates(corpus, 0.5);
		expect(found.map(({ first, second }) => [corpus[first].title, corpus[second].title])).toEqual([]);
	});

	test('planted ones are found among all others', () => {
		const planted = [10, 2000, 4000].map((i) => ({ ...corpus[i], title: `${corpus[i].title} please` }));
		const found = findNearDuplicates([...corpus, ...planted], 0.5);
		const places = found.map(({ first, second }) => [first, second - corpus.length]);
		expect(places).toEqual([
			[10, 0],
			[2000, 1],
			[4000, 2],
		]);
	});

	test('similarity is the share of word 3-grams that both have', () => {
		const rows = [row('a b', 'c d e'), row('A, b', 'C d x'), row('a b c', 'd e'), row('q', 'r')];
		expect(findNearDuplicates(rows, 0.4)).toEqual([
			{ first: 0, second: 1, similarity: 0.5 },
			{ first: 0, second: 2, similarity: 1 },
			{ first: 1, second: 2, similarity: 0.5 },
		]);
		expect(findNearDuplicates(rows, 0.5)).toEqual([{ first: 0, second: 2, similarity: 1 }]);
	});

	test('short texts are compared as a whole, empty ones are like nothing', () => {
		expect(findNearDuplicates([row('Hi', ''), row('hi', '!'), row('', ''), row('', '?')], 0.5)).toEqual([
			{ first: 0, second: 1, similarity: 1 },
		]);
	});

	test('the index finds what comparing every pair would', () => {
		const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }).map((all) => all.join(' '));
		fc.assert(
			fc.property(fc.array(words, { maxLength: 8 }), fc.constantFrom(0, 0.3, 0.5, 0.9), (texts, threshold) => {
				const rows = texts.map((text) => row(text, ''));
				const pairs = rows.flatMap((_, second) =>
					rows
						.slice(0, second)
						.flatMap((first, at) =>
							findNearDuplicates([first, rows[second]], threshold).map((pair) => ({ ...pair, first: at, second })),
						),
				);
				const order = (all: typeof pairs) => all.sort((x, y) => x.second - y.second || x.first - y.first);
				expect(order(findNearDuplicates(rows, threshold))).toEqual(order(pairs));
			}),
		);
	});
});
