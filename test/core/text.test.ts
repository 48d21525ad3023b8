import fc from 'fast-check';
import { cleanLine, cleanText, codePoints, foldText, isVisible } from '../../core/text';
import { hostileText } from '../helpers/arbitraries';

/** Whether UTF-8 can hold it and bring it back. */
const survivesUtf8 = (text: string): boolean => Buffer.from(text, 'utf8').toString('utf8') === text;

describe('cleanText', () => {
	test.each([
		['  a b \n', 'a b'],
		['a\0b', 'a\ufffdb'],
		['a\ud800b', 'a\ufffdb'],
		['a\udc00', 'a\ufffd'],
		['\u{1f600}', '\u{1f600}'],
		['\udc00\ud800', '\ufffd\ufffd'],
		['line 1\nline 2', 'line 1\nline 2'],
		['\ufeffbom\u00a0', 'bom'],
		['', ''],
	])('%j becomes %j', (given, cleaned) => {
		expect(cleanText(given)).toBe(cleaned);
	});

	test('its result holds no NUL, survives UTF-8, and stays as it is', () => {
		fc.assert(
			fc.property(hostileText, (text) => {
				const cleaned = cleanText(text);
				expect(cleaned).not.toContain('\0');
				expect(survivesUtf8(cleaned)).toBe(true);
				expect(cleaned.trim()).toBe(cleaned);
				expect(cleanText(cleaned)).toBe(cleaned);
			}),
		);
	});
});

describe('cleanLine', () => {
	test.each([
		['a\r\nb', 'a b'],
		['a\n\n\nb', 'a b'],
		['a\u2028b\u2029c\vd\fe', 'a b c d e'],
		['\nfirst\n', 'first'],
		['tab\tstays', 'tab\tstays'],
	])('%j becomes %j', (given, line) => {
		expect(cleanLine(given)).toBe(line);
	});

	test('its result is one line and stays as it is', () => {
		fc.assert(
			fc.property(hostileText, (text) => {
				const line = cleanLine(text);
				expect(line).not.toMatch(/[\r\n\u2028\u2029\v\f\0]/u);
				expect(survivesUtf8(line)).toBe(true);
				expect(cleanLine(line)).toBe(line);
			}),
		);
	});
});

describe('isVisible', () => {
	test.each(['a', '1', '?', '+', '\u{1f600}', 'ß', '漢', ' x ', '\ufffdx', '\u200bx'])('%j is', (text) => {
		expect(isVisible(text)).toBe(true);
	});

	test.each([
		'',
		' ',
		'\n\t',
		'\u200b',
		'\u200d\u2060',
		'\u00ad',
		'\ufffd',
		'\ufffd\ufffd',
		'\u0000',
		'\u0301',
		'\u{e0041}',
		'\ufe0f',
	])('%j is not', (text) => {
		expect(isVisible(text)).toBe(false);
	});
});

describe('codePoints', () => {
	test.each([
		['', 0],
		['abc', 3],
		['\u{1f600}', 1],
		['é', 1],
		['e\u0301', 2],
		['\u{1f468}\u200d\u{1f469}', 3],
	])('%j has %i', (text, count) => {
		expect(codePoints(text)).toBe(count);
	});

	test('counts what iteration counts, for every text that was cleaned', () => {
		fc.assert(
			fc.property(hostileText, (text) => expect(codePoints(cleanText(text))).toBe([...cleanText(text)].length)),
		);
	});
});

describe('foldText', () => {
	test.each([
		['PhIsHiNg', 'phishing'],
		['ｐｈｉｓｈｉｎｇ', 'phishing'],
		['phi\u00adsh\u200bing', 'phishing'],
		['𝐩𝐡𝐢𝐬𝐡𝐢𝐧𝐠', 'phishing'],
		['ﬁre', 'fire'],
		['bru\u0302le\u0301', 'brûlé'],
		['a\u202egnihsihp', 'agnihsihp'],
		['ph\u{e0041}ishing', 'phishing'],
		['ΑΣ', 'ας'],
	])('%j becomes %j', (given, folded) => {
		expect(foldText(given)).toBe(folded);
	});

	test('every single character stays as it was folded', () => {
		const moved: string[] = [];
		for (let point = 0; point <= 0x10ffff; point += 1) {
			const folded = foldText(String.fromCodePoint(point));
			if (foldText(folded) !== folded) moved.push(point.toString(16));
		}
		expect(moved).toEqual([]);
	});

	test('text without marks and format characters stays as it was folded', () => {
		fc.assert(
			fc.property(hostileText, (text) => {
				const folded = foldText(text.replace(/[\p{M}\p{Cf}]/gu, ''));
				expect(foldText(folded)).toBe(folded);
			}),
		);
	});

	test('no format character is left', () => {
		fc.assert(fc.property(hostileText, (text) => expect(foldText(text)).not.toMatch(/\p{Cf}/u)));
	});
});
