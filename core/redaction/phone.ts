import { whole, type Around, type Finder } from './finder';

/** What numbers are called that nobody can be rung on. */
const OTHER_NUMBER =
	/(?<!\p{L})(?:order|invoice|ticket|serial|item|part|article|customer|account|case|incident|request|contract|asset|batch|reference|ref|version|build|release|track(?:ing)?|imei|ean|isbn|sku|bestell(?:ung)?|auftrag|rechnung|artikel|material|kunden?|konto|serien|inventar|vorgang|vertrag|liefer(?:ung|schein)?|zahler(?:stand)?|sendung|chargen?|pedido|factura|albaran|serie|cuenta|contrato|lote|seguimiento|expediente|commande|facture|dossier|compte|contrat|lot|suivi|siret|siren|encomenda|fatura|guia|conta|processo|leitura|contador|compteur|nif|contribuinte|meter|po|id|ip|sn|s\/n|ssn|vat)(?:s?-?(?:nummern?|nr|number|num))?s?(?!\p{L})[\s.:#(-]{0,4}(?:(?:n[or°º]?|nummer|number|numero|num|id)(?!\p{L})[\s.:#(-]{0,4})?(?:is|ist|lautet|es|est|e)?\s?$/iu;
const CURRENCY_BEFORE = /(?:[€$£]|(?<!\p{L})(?:eur|usd|gbp|chf|r\$))\s?$/iu;
const CURRENCY_AFTER = /^\s?(?:[€$£%]|(?:eur|usd|gbp|chf|euros?|mb|gb|kb|kwh|km|stk|pcs)(?!\p{L}))/iu;
/** A day at the start, with more digits after it only where they are its time. */
const DATE =
	/^(?:(?:0?[1-9]|[12]\d|3[01])([./ -])(?:0?[1-9]|1[0-2])\1(?:19|20)?\d{2}|(?:19|20)\d{2}([./-])\d{1,2}\2\d{1,2})(?![./-]?\d)/u;
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/u;

const FREE = String.raw`(?<![\p{L}\p{N}_#+]|[\p{L}\p{N}][-_/\\]|\d[.,:])`;
const END = String.raw`(?![\p{L}\p{N}_]|[.,:-]\d|/\d{1,2}(?!\d))`;

const PHONE_WORD = String.raw`(?<!\p{L})(?:tel|tlf|tlm|telefon[eo]?s?|telephon[eo]s?|phones?|fon|mobil[eo]?|movil|mob|handy|cell(?:phone)?|cellulare|portable|celular|telemovel|fax|call|ring|text|dial|whatsapp|sms|ruckruf|anruf(?:en)?|ruf|erreichbar|llam[ae]\p{L}{0,6}|joindre|joignable|appel\p{L}{0,4}|rappel\p{L}{0,4}|lig(?:ar|uem|ue|a)|contact[oe]?|reach(?:ed)?|durchwahl)(?!\p{L})`;

export const PHONE: readonly Finder[] = [
	phone(String.raw`(?<![\p{L}\p{N}+])\(?\+\s?[1-9](?:[ ./()-]{0,3}\d){6,14}(?!\d)`, (digits) => digits >= 8),
	phone(String.raw`${FREE}00 ?[1-9](?:[ ./()-]{0,3}\d){8,14}${END}`, (digits) => digits >= 12),
	// With the 0 that leads in Germany, France and the United Kingdom.
	phone(
		String.raw`${FREE}\(?0[1-9]\d{0,4}\)?(?:[ ./-]{1,3}\d{2,8}){1,5}${END}`,
		(digits) => digits >= 9 && digits <= 13,
	),
	phone(String.raw`${FREE}0[1-9]\d{8,10}${END}`),
	// United States and Canada.
	phone(String.raw`${FREE}(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}${END}(?! \d)`),
	// Spain and Portugal: mobiles and the ways only telephone numbers are written.
	phone(String.raw`${FREE}(?:[67]\d{2}|9[1236]\d)([ -])\d{3}\1\d{3}${END}(?! \d)`),
	phone(String.raw`${FREE}(?:[2689]\d ?\d{3}) \d{2} \d{2}${END}(?! \d)`),
	phone(String.raw`${FREE}[6789]\d{2}([ -])\d{2}\1\d{2}\1\d{2}${END}(?! \d)`),
	// Brazil.
	phone(String.raw`${FREE}\(?[1-9]\d\)? ?9?\d{4}-\d{4}${END}`, (digits) => digits >= 10),
	// Anything that could be one, where a word says so.
	phone(
		String.raw`${PHONE_WORD}(?:\s\d\s?:)?[^\d\n+]{0,32}(?<value>(?<![\p{L}\p{N}][-_/.]?)\(?\d(?:[ ./()-]{0,2}\d){6,12})${END}`,
		(digits) => digits >= 7,
	),
];

function phone(source: string, fits: (digits: number) => boolean = () => true): Finder {
	return {
		kind: 'phone',
		pattern: new RegExp(source, 'giu'),
		accept: whole((value, around) => fits(countDigits(value)) && !isOtherNumber(value, around)),
	};
}

function isOtherNumber(value: string, { before, after }: Around): boolean {
	if (DATE.test(value) || ADDRESS.test(value) || CURRENCY_AFTER.test(after) || CURRENCY_BEFORE.test(before))
		return true;
	// A version, or thousands: parts that get shorter than any group of a telephone number.
	if (/\.\d(?:\.|$)|^\d\./u.test(value)) return true;
	return !value.startsWith('+') && OTHER_NUMBER.test(before);
}

function countDigits(value: string): number {
	return value.replace(/\D/gu, '').length;
}
