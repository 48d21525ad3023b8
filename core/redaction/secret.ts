import { withoutEnd } from '../text';
import { whole, type Finder } from './finder';

/** The prefixes vendors give their keys so that they can be found. */
const PREFIXED = [
	'(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16,100000}',
	'gh[opusr]_[A-Za-z0-9]{20,255}',
	String.raw`github_pat_\w{20,255}`,
	String.raw`gl(?:pat|dt|rt|ptt|cbt|soat|ft)-[\w-]{20,300}`,
	String.raw`xox[a-z](?:\.xox[a-z])?-[\w-]{10,300}`,
	String.raw`xapp-[\w-]{20,300}`,
	String.raw`AIza[\w-]{30,45}`,
	String.raw`ya29\.[\w.-]{20,1000}`,
	String.raw`(?:sk|rk|pk)_(?:live|test)_\w{10,250}`,
	String.raw`whsec_[\w+/=-]{16,250}`,
	String.raw`sk-[\w-]{20,300}`,
	String.raw`npm_\w{30,50}`,
	String.raw`pypi-[\w-]{20,300}`,
	String.raw`SG\.[\w-]{16,32}\.[\w-]{32,64}`,
	String.raw`hf_[A-Za-z0-9]{30,50}`,
	String.raw`(?:shpat|shpss|shpca|dop_v1|doo_v1|glsa|lin_api|ntn|dckr_pat|xkeysib|PMAK|dapi|ATATT3x)[_-]?[\w=-]{20,300}`,
];

const KEY_WORD = String.raw`(?:(?:api|access|secret|auth|private|client|license|subscription|webhook|bot|signing|encryption|account)[\s_-]?(?:key|token|secret|schlussel)|apikey|api-?schlussel|schlussel|lizenzschlussel|zugriffstoken|token|secret|key|clave(?:\s(?:api|secreta|de api))?|cle(?:\s(?:d'?\s?api|api|secrete))?|jeton|secreto|geheimnis|chave(?:\s(?:api|secreta|de api))?|segredo|credential)s?(?:\s(?:del?|do|da|du|des|der|of the|for the)\s\p{L}{2,20})?`;
const LINK_WORD = String.raw`(?:is|was|ist|war|lautet|es|era|est|etait|e|value|wert|valor|valeur|api|npm|acceso|acesso|d'acces|de|do|da|del|personal)`;

export const SECRET: readonly Finder[] = [
	{
		kind: 'secret',
		pattern:
			/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:\s{1,4}[\w-]{1,40}: [^\n]{1,120}){0,4}(?:[A-Za-z0-9+/=\s\\]{1,16000}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|(?:\s{1,4}[A-Za-z0-9+/=]{30,80}){0,200})/gu,
	},
	{ kind: 'secret', pattern: new RegExp(String.raw`(?<![\p{L}\p{N}_])(?:${PREFIXED.join('|')})`, 'gu') },
	// A JSON Web Token: two or three parts, the first of which is `{"` in base64url.
	{ kind: 'secret', pattern: /(?<![\w-])eyJ[\w-]{5,4000}\.[\w-]{5,8000}(?:\.[\w-]{0,2000}){0,3}/gu },
	{
		kind: 'secret',
		pattern: /(?<!\p{L})(?:bearer|basic)\s{1,2}(?<value>[\w.~+/-]{12,4000}={0,2})/giu,
		accept: whole(isRandom),
	},
	// The path of an incoming webhook is all that it asks for.
	{ kind: 'secret', pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<value>[\w/-]{8,200})/giu },
	{
		kind: 'secret',
		pattern:
			/[?&;](?:[\w.-]{0,24}(?:token|key|sig|signature|secret|passw(?:or)?d|pwd|auth|jwt|session|sid|credential))=(?<value>[^&#;\s"'<>)\]\uFFFC]{6,4000})/giu,
	},
	{
		kind: 'secret',
		pattern: new RegExp(
			String.raw`(?<!\p{L})${KEY_WORD}["'*\x60]{0,3}[\s:=>(-]{1,5}(?:${LINK_WORD}["'\s:=]{1,4}){0,3}["'*\x60]{0,3}(?<value>[\w+/.~%-]{16,1000}={0,2})`,
			'giu',
		),
		accept: (value) => {
			const trimmed = withoutEnd(value, '.~-');
			return isRandom(trimmed) ? trimmed.length : 0;
		},
	},
];

/** Looks drawn rather than written: letters and digits in many kinds, and no path, version or day. */
function isRandom(value: string): boolean {
	if (!/\d/u.test(value) || !/[a-z]/iu.test(value)) return false;
	if (/^(?:[a-z]+[._/-])*[a-z]+$/iu.test(value) || /^\d{4}-\d{2}-\d{2}/u.test(value)) return false;
	return new Set(value).size >= 8;
}
