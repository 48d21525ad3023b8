/** Luhn, over digits only: card numbers. */
export function passesLuhn(digits: string): boolean {
	const sum = Array.from(digits, Number)
		.reverse()
		.map((digit, i) => (i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)))
		.reduce((total, value) => total + value, 0);
	return sum % 10 === 0;
}

/** GS1, weights 1 and 3: article numbers, which a card number could be taken for. */
export function passesEan13(digits: string): boolean {
	return digits.length === 13 && weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;
}

/** ISO 7064 mod 97-10, in capitals and without spaces. */
export function passesIban(iban: string): boolean {
	let rest = 0;
	for (const character of iban.slice(4) + iban.slice(0, 4)) {
		const value = Number.parseInt(character, 36);
		rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
	}
	return rest === 1;
}

/** US social security number: 001–899 but 666, 01–99, 0001–9999. It has no check digit. */
export function isSsn(digits: string): boolean {
	return /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/u.test(digits);
}

/** UK national insurance number: prefixes that are given out. It has no check digit. */
export function isNino(text: string): boolean {
	return /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/u.test(text);
}

/** German tax number (Steuer-ID): ISO 7064 mod 11,10; of its first ten digits exactly one stands twice or three times. */
export function isSteuerId(digits: string): boolean {
	if (!/^[1-9]\d{10}$/u.test(digits)) return false;
	const first = digits.slice(0, 10);
	const repeated = [...new Set(first)].filter((digit) => first.split(digit).length > 2);
	if (repeated.length !== 1 || first.split(repeated[0]).length > 4) return false;
	let product = 10;
	for (const digit of first) product = (((Number(digit) + product) % 10 || 10) * 2) % 11;
	return (11 - product) % 10 === Number(digits[10]);
}

/** German pension insurance number: area, birthday, initial, serial number, check digit. */
export function isRentenversicherungsnummer(text: string): boolean {
	if (!/^\d{2}(?:[0-2]\d|3[01]|[5-7]\d|8[01])(?:0\d|1[0-2])\d{2}[A-Z]\d{3}$/u.test(text)) return false;
	const letter = String(text.charCodeAt(8) - 64).padStart(2, '0');
	const digits = text.slice(0, 8) + letter + text.slice(9, 11);
	const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
	const sum = weights.reduce((total, weight, i) => {
		const value = Number(digits[i]) * weight;
		return total + Math.floor(value / 10) + (value % 10);
	}, 0);
	return sum % 10 === Number(text[11]);
}

/** Spanish DNI (eight digits and a letter) or NIE (X, Y or Z, seven digits and a letter). */
export function isDniOrNie(text: string): boolean {
	if (!/^[XYZ\d]\d{7}[A-Z]$/u.test(text)) return false;
	const number = Number(text.slice(0, 8).replace(/^[XYZ]/u, (letter) => String('XYZ'.indexOf(letter))));
	return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === text[8];
}

/** French NIR with its key: 97 minus the number modulo 97; Corsica's 2A and 2B count as 19 and 18. */
export function isNir(text: string): boolean {
	if (!/^[12]\d{4}(?:\d{2}|2[AB])\d{8}$/u.test(text)) return false;
	const digits = text.slice(0, 13).replace('2A', '19').replace('2B', '18');
	return 97 - (Number(digits) % 97) === Number(text.slice(13));
}

/** Portuguese NIF: modulo 11. */
export function isNif(digits: string): boolean {
	if (!/^[1-35689]\d{8}$/u.test(digits)) return false;
	const rest = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
	return Number(digits[8]) === (rest < 2 ? 0 : 11 - rest);
}

/** Brazilian CPF: modulo 11, twice. */
export function isCpf(digits: string): boolean {
	if (!/^(?!(\d)\1{10})\d{11}$/u.test(digits)) return false;
	const first = (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
	const second = (weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
	return first % 10 === Number(digits[9]) && second % 10 === Number(digits[10]);
}

function weighted(digits: string, weights: readonly number[]): number {
	return weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0);
}
