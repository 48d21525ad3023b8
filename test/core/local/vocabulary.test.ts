import { indexConcepts } from '../../../core/local/concepts';
import { VOCABULARIES } from '../../../core/local/vocabulary';
import { LANGUAGES, type Vocabulary } from '../../../core/local/vocabulary/vocabulary';
import { wordsOf } from '../../../core/local/words';

interface Term {
	concept: string;
	language: string;
	term: string;
}

const termsOf = (vocabulary: Vocabulary): Term[] =>
	Object.entries(vocabulary).flatMap(([concept, languages]) =>
		Object.entries(languages).flatMap(([language, terms]) =>
			terms.split('|').map((term) => ({ concept, language, term })),
		),
	);

/** What is wrong with a term by itself. */
function flawOf(term: string): string | null {
	const words = wordsOf(term);
	if (words.length === 0 || term.trim() !== term) return 'empty or padded';
	if (words.length > 4) return 'more than four words';
	if (!term.includes('*')) return null;
	if (!/^(?:\*[^*]+|[^*]+\*)$/u.test(term)) return 'a star elsewhere than at one end';
	if (words.length > 1) return 'a star on several words';
	return words[0].length < 4 ? 'a stem of fewer than four letters' : null;
}

/** As the index sees them. */
function repeatedTerms(vocabulary: Vocabulary): string[] {
	const seen = new Set<string>();
	return termsOf(vocabulary)
		.map(({ language, term }) => {
			const [before, after] = [term.startsWith('*') ? '*' : '', term.endsWith('*') ? '*' : ''];
			return `${language}: ${before}${wordsOf(term).join(' ')}${after}`;
		})
		.filter((key) => seen.has(key) || !seen.add(key));
}

describe.each(Object.entries(VOCABULARIES))('%s', (_, vocabulary) => {
	test('has concepts, named in kebab-case', () => {
		expect(Object.keys(vocabulary).length).toBeGreaterThan(20);
		Object.keys(vocabulary).forEach((name) => expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/u));
	});

	test('has every concept in exactly the five languages', () => {
		const other = Object.entries(vocabulary).filter(([, all]) => Object.keys(all).join() !== LANGUAGES.join());
		expect(other).toEqual([]);
	});

	test('has only terms that can be found', () => {
		expect(termsOf(vocabulary).filter(({ term }) => flawOf(term) !== null)).toEqual([]);
	});

	test('says nothing twice in one language', () => expect(repeatedTerms(vocabulary)).toEqual([]));

	test('finds every term without a star for its concept', () => {
		const index = indexConcepts({ v: vocabulary });
		const lost = termsOf(vocabulary).filter(({ concept, term }) => {
			const names = new Set<string>();
			index.find(wordsOf(term), (number) => names.add(index.names[number]));
			return !term.includes('*') && !names.has(`v.${concept}`);
		});
		expect(lost).toEqual([]);
	});
});

/** Every check is seen to fail. */
describe('the checks', () => {
	test.each([
		['', 'empty or padded'],
		[' pay', 'empty or padded'],
		['*', 'empty or padded'],
		['a b c d e', 'more than four words'],
		['pay slip*', 'a star on several words'],
		['*abcd*', 'a star elsewhere than at one end'],
		['ab*cd', 'a star elsewhere than at one end'],
		['pay*', 'a stem of fewer than four letters'],
		['*löh', 'a stem of fewer than four letters'],
		['paid*', null],
	])('%j: %s', (term, flaw) => expect(flawOf(term)).toBe(flaw));

	test('a term twice in one language, also across concepts and spellings', () => {
		const [first, second] = [
			{ en: 'pay', de: 'Löhne', es: 'x', fr: 'y', pt: 'z' },
			{ en: 'pay*', de: 'lohne', es: 'y', fr: 'x', pt: 'zz' },
		];
		expect(repeatedTerms({ first, second })).toEqual(['de: lohne']);
	});
});
