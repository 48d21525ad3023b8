import * as check from './check-digits';
import { whole, type Finder, type RedactionKind } from './finder';

const START = String.raw`(?<![\p{L}\p{N}_])`;
const END = String.raw`(?![\p{L}\p{N}_])`;

/** Of each country that has IBANs; from the SWIFT registry. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
	[
		'15 NO|16 BE|18 DK FI FO GL NL SD FK|19 MK SI|20 AT BA EE KZ LT LU MN XK|21 CH CR HR LI LV|',
		'22 BG BH DE GB GE IE ME RS VA|23 AE GI IL IQ OM SO TL|24 AD CZ ES MD PK RO SA SE SK TN VG|',
		'25 LY PT ST|26 IS TR|27 BI DJ FR GR IT MC MR SM|28 AL AZ BY CY DO GT HU LB NI PL SV|29 BR EG PS QA UA|',
		'30 JO KW MU YE|31 MT SC|32 LC|33 RU',
	]
		.join('')
		.split('|')
		.flatMap((line) => {
			const [length, ...countries] = line.split(' ');
			return countries.map((country) => [country, Number(length)]);
		}),
);

const ISSUERS =
	/^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}|6(?:011|4[4-9]\d|5\d\d|2\d\d)\d{12,15}|(?:50|5[6-8]|6[0137])\d{11,17})$/u;

const TAX_ID_WORD = String.raw`(?:steuer-?\s?id(?:-?nr)?|steuerliche identifikationsnummer|identifikationsnummer|idnr)`;
const NIF_WORD = String.raw`(?:n\.?i\.?f\.?|contribuinte|identificacao fiscal)`;
const SSN_WORD = String.raw`(?:ssn|social security(?: number| no)?)`;
/** Between a number's name and the number. */
const LINK = String.raw`[^\d\n]{0,24}`;

export const NUMBERS: readonly Finder[] = [
	{
		kind: 'iban',
		pattern: new RegExp(String.raw`${START}[A-Z]{2}[ -]?\d{2}(?:[ .-]?[A-Z\d]){11,30}`, 'giu'),
		accept: ibanLength,
	},
	number('card', String.raw`\d{4}([ .-])\d{4}\1\d{4}\1\d{1,7}`, isCard),
	number('card', String.raw`3\d{3}([ .-])\d{6}\1\d{4,5}`, isCard),
	number('card', String.raw`\d{13,19}`, isCard),
	number('national_id', String.raw`(?<!\d-)\d{3}-\d{2}-\d{4}(?!-)`, check.isSsn),
	named(SSN_WORD, String.raw`\d{3}[ -]?\d{2}[ -]?\d{4}`, check.isSsn),
	number('national_id', String.raw`[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]`, check.isNino),
	number('national_id', String.raw`[1-9]\d ?\d{3} ?\d{3} ?\d{3}`, check.isSteuerId),
	named(TAX_ID_WORD, String.raw`\d{2} ?\d{3} ?\d{3} ?\d{3}`),
	number('national_id', String.raw`\d{2} ?\d{6} ?[A-Z] ?\d{2} ?\d`, check.isRentenversicherungsnummer),
	number('national_id', String.raw`(?:\d{8}|\d{2}\.\d{3}\.\d{3})[ -]?[A-Z]`, check.isDniOrNie),
	number('national_id', String.raw`[XYZ][ -]?\d{7}[ -]?[A-Z]`, check.isDniOrNie),
	number('national_id', String.raw`[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}`, check.isNir),
	named(NIF_WORD, String.raw`\d{3}[ .]?\d{3}[ .]?\d{3}`, check.isNif),
	number('national_id', String.raw`\d{3}\.\d{3}\.\d{3}-\d{2}`, check.isCpf),
	named('cpf', String.raw`\d{11}`, check.isCpf),
];

/** A number that shows by itself what it is. */
function number(kind: RedactionKind, source: string, valid: (bare: string) => boolean): Finder {
	return {
		kind,
		pattern: new RegExp(START + source + END, 'gu'),
		accept: whole((value) => valid(bare(value))),
	};
}

/** A number that is one because of the word ahead of it. */
function named(word: string, source: string, valid: (bare: string) => boolean = () => true): Finder {
	return {
		kind: 'national_id',
		pattern: new RegExp(String.raw`${START}${word}${LINK}${START}(?<value>${source})${END}`, 'giu'),
		accept: whole((value) => valid(bare(value))),
	};
}

/** The country says how long its IBANs are, so a word that follows is not taken for a part of it. */
function ibanLength(value: string): number {
	const length = IBAN_LENGTHS[value.slice(0, 2).toUpperCase()] ?? Infinity;
	let end = 0;
	for (let count = 0; count < length && end < value.length; end += 1) {
		if (/[A-Z\d]/iu.test(value[end])) count += 1;
	}
	const iban = bare(value.slice(0, end)).toUpperCase();
	// One in a hundred sentences pass, `de 40 personas para …`: they have hardly a digit.
	return iban.length === length && countDigits(iban) >= 8 && check.passesIban(iban) ? end : 0;
}

function isCard(digits: string): boolean {
	return ISSUERS.test(digits) && check.passesLuhn(digits) && !check.passesEan13(digits);
}

function bare(value: string): string {
	return value.replace(/[ .-]/gu, '');
}

function countDigits(text: string): number {
	return text.replace(/\D/gu, '').length;
}
