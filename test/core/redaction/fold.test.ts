import fc from 'fast-check';
import { fold } from '../../../core/redaction/fold';
import { hostileText } from '../../helpers/arbitraries';

test.each([
	['Contraseña', 'Contrasena'],
	['contrasen\u0303a', 'contrasena'],
	['０４１\u00a0２', '041 2'],
	['a\u200bb\u00adc', 'abc'],
	['1–2\u20113−4', '1-2-3−4'],
	['ﬁn', 'fin'],
	['to [EMAIL_1], [PIN_1]', 'to \uFFFC, [PIN_1]'],
])('%s reads %s', (original, text) => expect(fold(original).text).toBe(text));

test('accents at the end belong to the letter they stand on', () => {
	const { from, to } = fold('ae\u0301');
	expect([from, to]).toEqual([
		[0, 1],
		[1, 3],
	]);
});

test('every unit knows where it comes from, in order', () => {
	fc.assert(
		fc.property(hostileText, (original) => {
			const { text, from, to } = fold(original);
			expect([from.length, to.length]).toEqual([text.length, text.length]);
			from.forEach((start, i) => {
				expect(start).toBeLessThan(to[i]);
				expect(to[i]).toBeLessThanOrEqual(original.length);
				if (i > 0) expect(start).toBeGreaterThanOrEqual(from[i - 1]);
			});
		}),
	);
});
