/** The names of the characters 160 to 255, in that order (https://html.spec.whatwg.org/#named-character-references). */
const LATIN =
	'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

const NAMED = new Map<string, string>([
	...LATIN.split(' ').map((name, index): [string, string] => [name, String.fromCharCode(160 + index)]),
	['amp', '&'],
	['lt', '<'],
	['gt', '>'],
	['quot', '"'],
	['apos', "'"],
	['euro', '€'],
	['ndash', '–'],
	['mdash', '—'],
	['lsquo', '‘'],
	['rsquo', '’'],
	['sbquo', '‚'],
	['ldquo', '“'],
	['rdquo', '”'],
	['bdquo', '„'],
	['bull', '•'],
	['hellip', '…'],
	['trade', '™'],
	['rarr', '→'],
	['ensp', ' '],
	['emsp', ' '],
	['thinsp', ' '],
	['zwnj', ''],
	['zwj', ''],
]);

/** The text with `&auml;`, `&#228;` and `&#xE4;` as the characters they stand for, once; unknown names stay. */
export function decodeEntities(text: string): string {
	if (!text.includes('&')) return text;
	return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,15}));/giu, (whole, ...groups: string[]) => {
		const [decimal, hex, name] = groups;
		if (name !== undefined) return NAMED.get(name) ?? whole;
		const point = decimal === undefined ? parseInt(hex, 16) : Number(decimal);
		return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '\uFFFD';
	});
}
