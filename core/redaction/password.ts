import { withoutEnd } from '../text';
import { REPLACED, whole, type Around, type Finder } from './finder';

const WORD = String.raw`(?<![\p{L}\p{N}])(?:(?:[\p{L}]{1,16}-?)?(?:password|passwort|kennwort)|pass-?(?:code|phrase|wd|key)|pwd|pw|pass|losungswort|zugangscode|contrasena|clave|mot de passe|mdp|code secret|(?:secret|magic)[ -]word|unlock[ -]code|entsperrcode|codigo de desbloqueo|senha|palavra[- ]passe|(?:code |codigo |sim-?)?pin(?:[- ]?(?:code|nummer|number))?|puk|(?:door|gate|alarm|entry|access|tur|alarm-?)[- ]?code)(?![\p{L}\p{N}])`;
const QUALIFIER = String.raw`[^\n:=.,;!?${REPLACED}]{0,40}?`;
const OPEN = String.raw`["'*_\x60«„“(\[]{0,3}\s{0,1}`;
const VALUE = String.raw`(?<value>[^\s${REPLACED}]{1,128})`;
const VERB =
	'(?:is|was|will be|set to|changed to|now|ist|war|lautet|lautete|jetzt|heisst|es|era|est|etait|e|foi|ficou|und zwar)';

const LOGIN = String.raw`(?<![\p{L}\p{N}])(?:cred(?:ential)?s|login|log-?in|logon|sign-?in|anmeldung|anmeldedaten|anmelden|zugang(?:sdaten)?|user(?:name)?|benutzer(?:name)?|usuario|acceso|identifiants?|acces|connexion|utilizador|acesso)(?!\p{L})`;
const OTHER_ONE =
	'(?:old|new|other|current|alte|neue|jetzige|antigua|nueva|vieja|actual|ancien|nouveau|nouvelle|antiga|nova|atual)n?';
const ADVERB =
	'(?:still|currently|now|bisher|noch|jetzt|aktuell|siempre|ahora|toujours|maintenant|sempre|agora|hasta ahora)';
/** Stand ahead of other things too, so that only what can be nothing else counts. */
const WEAK_LINK = String.raw`(?:\s-|\s(?:to|auf|zu|in|a|en|por|par|para|pour))?\s{1,2}`;

export const PASSWORD: readonly Finder[] = [
	{
		kind: 'password',
		pattern: new RegExp(
			String.raw`${WORD}${QUALIFIER}["'*_\x60)]{0,3}\s{0,2}(?:[:=]|-?->)[*_]{0,2}\s{0,3}${OPEN}${VALUE}`,
			'giu',
		),
		accept: (value, around) => lengthOf(value, around, false),
	},
	{
		kind: 'password',
		pattern: new RegExp(String.raw`${WORD}${QUALIFIER}\s${VERB}\s{1,2}(?:${ADVERB}\s)?${OPEN}${VALUE}`, 'giu'),
		accept: (value, around) => lengthOf(value, around, true),
	},
	// `the PIN 4821`, and `password Summer2026!`.
	{
		kind: 'password',
		pattern: new RegExp(String.raw`${WORD}${WEAK_LINK}${OPEN}${VALUE}`, 'giu'),
		accept: (value, around) =>
			/(?<!\p{L})pin/iu.test(around.lead) || isStrong(value) ? lengthOf(value, around, true) : 0,
	},
	// `PIN reset, the old one was 4821`
	{
		kind: 'password',
		pattern: new RegExp(
			String.raw`${WORD}[^\n${REPLACED}]{0,60}?(?<!\p{L})${OTHER_ONE}(?:\sone)?\s${VERB}\s{1,2}${OPEN}${VALUE}`,
			'giu',
		),
		accept: (value, around) => lengthOf(value, { ...around, lead: around.lead.replace(ABOUT, '') }, true),
	},
	// `Summer2026! as password`
	{
		kind: 'password',
		pattern: new RegExp(
			String.raw`(?<!\S)["'\x60«„“]?(?<value>[^\s${REPLACED}]{6,64})(?=\s(?:as|als|como|comme)\s(?:[\p{L}']{1,8}\s){0,2}${WORD})`,
			'giu',
		),
		accept: whole(isStrong),
	},
	// `login with anna / Summer2026!`
	{
		kind: 'password',
		pattern: new RegExp(
			String.raw`${LOGIN}[^\n/${REPLACED}]{0,40}?[\w.@-]{1,40}\s?/\s?(?<value>[^\s/${REPLACED}]{6,64})(?![^\s])`,
			'giu',
		),
		accept: (value, around) => (isStrong(value) ? lengthOf(value, around, true) : 0),
	},
	{
		kind: 'password',
		pattern:
			/(?<![\p{L}\p{N}])[a-z][a-z0-9+.-]{1,20}:\/\/(?<value>(?:[^\s/@:?#"'<>\uFFFC]{0,100}:[^\s/@"'<>\uFFFC]{1,200}|[\w-]{20,255}))(?=@)/giu,
	},
];

/** Words of a sentence about passwords rather than one that tells it. */
const ABOUT =
	/reset|forg[eo]t|expir|chang|polic|manager|prompt|field|error|wrong|invalid|incorrect|vergess|zuruck|abgelauf|ander|gesperrt|fehler|falsch|ungultig|richtlinie|caduc|olvid|restable|cambi|incorrect|erroneo|oubli|reinit|errone|modif|redefin|esquec|recuper|alter|inval|bloque/iu;
const NO_VALUE =
	/^(?:https?:.*|\*+|[•.x_-]+|\$\{.*|\{\{.*|<[\p{L}_ -]*>?|%\w+%|n\/a|\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d.*|\d{1,2}:\d\d.*|0x[0-9a-f]+|inc\d+|kb\d+|(?:19|20)\d\d)$/iu;
const CLOSING = `"'\`»“”)]},;:.?`;
const EMPHASIS = /[*_]$/u;

/** How much of the word after a password's name is one: all but what closes the sentence, or nothing. */
function lengthOf(word: string, { lead, after }: Around, verb: boolean): number {
	const value = withoutEnd(withoutEnd(word, CLOSING), EMPHASIS.test(lead) ? '*_' : '');
	if (value.length < 4 || NO_VALUE.test(value)) return 0;
	const found = kinds(value);
	if (ABOUT.test(lead) && !isStrong(value)) return 0;
	if (found >= 2) return value.length;
	const pin = /(?<!\p{L})(?:pin|puk|code)/iu.test(lead);
	if (/^\d+$/u.test(value)) return pin || !verb || value.length >= 6 ? value.length : 0;
	// A bare word is one where nothing but it can be meant: in quotes, or alone on its line.
	const quoted = /["`«„“]$/u.test(lead) && /^["`»“”]/u.test(word.slice(value.length));
	const alone = !verb && /^\s*(?:\n|$)/u.test(after) && /^(?:\S+|\S+ \S+ \S+)\s?[:=]/u.test(lead);
	return quoted || alone ? value.length : 0;
}

/** How many kinds of character it has: a capital at the start is no sign, any word may have one. */
function kinds(value: string): number {
	return [/\p{Ll}/u, /.\p{Lu}/u, /\d/u, /[^\p{L}\p{N}'-]|\p{L}-\d|\d-\p{L}/u].filter((kind) => kind.test(value)).length;
}

function isStrong(value: string): boolean {
	return kinds(value) >= 3 && /\p{Ll}/u.test(value);
}
