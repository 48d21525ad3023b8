import fc from 'fast-check';
import { wordsOf } from '../../../core/local/words';
import { hostileText } from '../../helpers/arbitraries';

test.each([
	['VPN drops', ['vpn', 'drops']],
	['Gehälter, Löhne & Prämien', ['gehalter', 'lohne', 'pramien']],
	['Straße', ['strasse']],
	["I haven’t, I'm, we'll, can't", ['i', 'havent', 'im', 'well', 'cant']],
	["the company's d'eau", ['the', 'company', 's', 'd', 'eau']],
	['¿Señal débil?', ['senal', 'debil']],
	['l’imprimante', ['l', 'imprimante']],
	['não há e-mail', ['nao', 'ha', 'e', 'mail']],
	['ＶＰＮ dr\u00adops', ['vpn', 'drops']],
	['Cafe\u0301', ['cafe']],
	['Error 0x80, room 2.04', ['error', '0x80', 'room', '2', '04']],
	['プリンター', ['フリンター']],
	['', []],
	['!? \u200b \u{1f600}', []],
])('%j is %j', (text, words) => {
	expect(wordsOf(text)).toEqual(words);
});

test('words are letters and digits, and read again they are the same', () => {
	fc.assert(
		fc.property(hostileText, (text) => {
			const words = wordsOf(text);
			words.forEach((word) => expect(word).toMatch(/^[\p{L}\p{N}]+$/u));
			expect(wordsOf(words.join(' '))).toEqual(words);
		}),
	);
});
