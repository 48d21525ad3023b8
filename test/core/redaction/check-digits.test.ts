import fc from 'fast-check';
import * as check from '../../../core/redaction/check-digits';

/** Each with an example its issuer or its standard gives, or one computed by the published rule. */
const RULES: [string, (text: string) => boolean, string[], string[]][] = [
	[
		'Luhn',
		check.passesLuhn,
		['4111111111111111', '378282246310005', '79927398713'],
		['4111111111111112', '79927398710'],
	],
	['EAN-13', check.passesEan13, ['4006381333931', '9783161484100'], ['4006381333932', '400638133393']],
	[
		'IBAN',
		check.passesIban,
		['GB82WEST12345698765432', 'DE89370400440532013000', 'FR1420041010050500013M02606', 'NL91ABNA0417164300'],
		['GB82WEST12345698765433', 'DE98370400440532013000'],
	],
	['SSN', check.isSsn, ['219099999', '001010001'], ['000121234', '666121234', '900121234', '123001234', '123450000']],
	['NINO', check.isNino, ['AB123456C', 'JK000000D'], ['BG123456C', 'AO123456C', 'QQ123456C', 'AB123456E', 'AB12345C']],
	['Steuer-ID', check.isSteuerId, ['86095742719', '47036892816'], ['86095742718', '12345678901', '06095742719']],
	[
		'Rentenversicherungsnummer',
		check.isRentenversicherungsnummer,
		['15070649C103', '65180539W001'],
		['15070649C102', '15074549C103', '15071349C103', '65180539W00'],
	],
	['DNI, NIE', check.isDniOrNie, ['12345678Z', 'X1234567L', 'Y1234567X'], ['12345678A', 'W1234567L', '1234567Z']],
	['NIR', check.isNir, ['255081416802538', '180122A12345602'], ['255081416802539', '355081416802538']],
	['NIF', check.isNif, ['123456789', '501442600'], ['123456788', '423456789', '12345678']],
	['CPF', check.isCpf, ['52998224725', '11144477735'], ['52998224724', '52998224735', '11111111111']],
];

describe.each(RULES)('%s', (_name, valid, right, wrong) => {
	test.each(right)('%s is one', (text) => expect(valid(text)).toBe(true));
	test.each(wrong)('%s is none', (text) => expect(valid(text)).toBe(false));
});

/** What the check digit is for: one wrong digit is always seen. */
test.each([
	['Luhn', check.passesLuhn, '4111111111111111'],
	['IBAN', check.passesIban, 'DE89370400440532013000'],
	['NIR', check.isNir, '255081416802538'],
	['DNI', check.isDniOrNie, '12345678Z'],
	['CPF', check.isCpf, '52998224725'],
] as const)('%s: a wrong digit does not pass', (_name, valid, text) => {
	const places = [...text].flatMap((character, i) => (/\d/u.test(character) ? [i] : []));
	fc.assert(
		fc.property(fc.constantFrom(...places), fc.integer({ min: 1, max: 9 }), (place, by) => {
			const digit = (Number(text[place]) + by) % 10;
			expect(valid(text.slice(0, place) + digit + text.slice(place + 1))).toBe(false);
		}),
	);
});
