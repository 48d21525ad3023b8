import { whole, type Finder } from './finder';

const LOCAL = String.raw`(?<![\p{L}\p{N}_%+]|[\p{L}\p{N}_%+][.'-])[\p{L}\p{N}_%+][\p{L}\p{N}._%+'-]{0,253}`;
const LABEL = String.raw`[\p{L}\p{N}-]{1,63}`;
const TOP = String.raw`(?:xn--[a-z0-9-]{2,59}|\p{L}{2,24})(?![\p{L}\p{N}])`;
/** Where only words hint at an address, `I stopped at that point and` is none. */
const COMMON_TOP = String.raw`(?:com|org|net|eu|info|io|edu|gov|biz|example|de|at|ch|es|fr|pt|br|uk|us|it|nl|be|lu)(?![\p{L}\p{N}])`;
const AT_WORD = '(?:at|arroba|a|@|bei|chez)';
const DOT_WORD = '(?:dot|punkt|punto|point|ponto)';
const AT = String.raw`\s?(?:\(\s?${AT_WORD}\s?\)|\[\s?${AT_WORD}\s?\]|\{\s?${AT_WORD}\s?\})\s?`;
const DOT = String.raw`(?:\.|\s?\(\s?(?:${DOT_WORD}|\.)\s?\)\s?|\s?\[\s?(?:${DOT_WORD}|\.)\s?\]\s?|\s${DOT_WORD}\s)`;

export const EMAIL: readonly Finder[] = [
	// git@host:path is where a repository lies, and what follows ://user: is a password.
	{
		kind: 'email',
		pattern: new RegExp(String.raw`(?!git@[\w.-]{1,253}:\w)${LOCAL}@(?:${LABEL}\.){1,8}${TOP}`, 'giu'),
		accept: whole((_, { before }) => !/:\/\/[^\s/@]{0,40}:$/u.test(before)),
	},
	{ kind: 'email', pattern: new RegExp(String.raw`"[^"\n@]{1,64}"@(?:${LABEL}\.){1,8}${TOP}`, 'giu') },
	{ kind: 'email', pattern: new RegExp(`${LOCAL}${AT}(?:${LABEL}${DOT}){1,8}${TOP}`, 'giu') },
	{
		kind: 'email',
		pattern: new RegExp(String.raw`${LOCAL}\s(?:at|arroba)\s(?:${LABEL}\s${DOT_WORD}\s){1,4}${COMMON_TOP}`, 'giu'),
	},
];
