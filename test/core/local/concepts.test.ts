import fc from 'fast-check';
import { indexConcepts } from '../../../core/local/concepts';
import { VOCABULARIES } from '../../../core/local/vocabulary';
import type { Vocabulary } from '../../../core/local/vocabulary/vocabulary';
import { wordsOf } from '../../../core/local/words';
import { hostileText } from '../../helpers/arbitraries';

const only = (en: string): Vocabulary[string] => ({ en, de: en, es: en, fr: en, pt: en });
const concepts = indexConcepts({
	it: {
		password: { en: 'password', de: 'kennwort*|*passwort', es: 'contraseña', fr: 'mot de passe', pt: 'senha' },
		printer: only('printer|print*'),
	},
	hr: { pay: only('pay slip|pay'), leave: only('*urlaub'), long: only('a b c d') },
});

const found = (text: string, index = concepts): [string, number, number][] => {
	const all: [string, number, number][] = [];
	index.find(wordsOf(text), (concept, at, length) => all.push([index.names[concept], at, length]));
	return all;
};

test('concepts are named by their vocabulary, numbered in order', () => {
	expect(concepts.names).toEqual(['it.password', 'it.printer', 'hr.pay', 'hr.leave', 'hr.long']);
	expect(concepts.subjects).toEqual([0, 0, 1, 1, 1]);
});

test.each<[string, [string, number, number][]]>([
	['Password', [['it.password', 0, 1]]],
	['passwords', []],
	['mi contrasena', [['it.password', 1, 1]]],
	['Mon mot de passe', [['it.password', 1, 3]]],
	['mot passe', []],
	['neue Kennwörter', [['it.password', 1, 1]]],
	['Windowspasswort', [['it.password', 0, 1]]],
	['passwortliste', []],
	['Sonderurlaub', [['hr.leave', 0, 1]]],
	[
		'pay slip',
		[
			['hr.pay', 0, 1],
			['hr.pay', 0, 2],
		],
	],
	['a b c d', [['hr.long', 0, 4]]],
	['a b c', []],
])('in %j: %j', (text, expected) => {
	expect(found(text)).toEqual(expected);
});

test('a term that two concepts share means both', () => {
	const shared = indexConcepts({ a: { x: only('badge') }, b: { y: only('badge') } });
	expect(found('badge', shared).map(([name]) => name)).toEqual(['a.x', 'b.y']);
});

test('long stems are found as well', () => {
	const long = indexConcepts({ hr: { proof: only('arbeitgeberbescheinigung*') } });
	expect(found('Arbeitgeberbescheinigungen', long)).toHaveLength(1);
});

test('whatever the text, what is found lies within it', () => {
	const shipped = indexConcepts(VOCABULARIES);
	expect(shipped.subjects).toHaveLength(shipped.names.length);
	fc.assert(
		fc.property(hostileText, (text) => {
			const words = wordsOf(text);
			shipped.find(words, (concept, at, length) => {
				expect(shipped.names[concept]).toBeDefined();
				expect(at >= 0 && length >= 1 && at + length <= words.length).toBe(true);
			});
		}),
	);
});
