import { isRecord, jsonDepth, type JsonRecord } from '../../core/json';

/** What a node may have beside its type. */
interface Kind {
	/** Types within `content`; no content at all without them. */
	children?: readonly string[];
	/** How many of them there must be; where it is missing, `content` may be missing as well. */
	least?: number;
	/** Which other fields it must have. */
	fields?: Record<string, (value: unknown) => boolean>;
}

const INLINE = ['text', 'hardBreak'];
const BLOCKS = ['paragraph', 'heading', 'codeBlock', 'rule', 'bulletList', 'orderedList'];

/** The part of Atlassian's format that plain text needs. */
const KINDS: Record<string, Kind> = {
	doc: { children: BLOCKS, least: 0, fields: { version: (value) => value === 1 } },
	paragraph: { children: INLINE },
	heading: { children: INLINE, fields: { attrs: isLevel } },
	codeBlock: { children: ['text'] },
	bulletList: { children: ['listItem'], least: 1 },
	orderedList: { children: ['listItem'], least: 1 },
	listItem: { children: ['paragraph', 'codeBlock', 'bulletList', 'orderedList'], least: 1 },
	rule: {},
	hardBreak: {},
	text: { fields: { text: (value) => typeof value === 'string' && value !== '' } },
};

const DEEPEST = 100;

/** Whether a value is a rich text that Jira takes: nodes of the known kinds, each where it may stand and with nothing more. */
export function isDocument(value: unknown): value is JsonRecord {
	return jsonDepth(value, DEEPEST) <= DEEPEST && isNode(value, ['doc']);
}

function isNode(value: unknown, allowed: readonly string[]): boolean {
	if (!isRecord(value) || typeof value.type !== 'string' || !allowed.includes(value.type)) return false;
	const { type, content, ...others } = value;
	const { children, least, fields = {} } = KINDS[String(type)];
	const fits = Object.entries(fields).every(([name, check]) => check(others[name]));
	if (!fits || Object.keys(others).some((name) => !Object.hasOwn(fields, name))) return false;
	if (content === undefined) return !Object.hasOwn(value, 'content') && least === undefined;
	return (
		children !== undefined &&
		Array.isArray(content) &&
		content.length >= (least ?? 0) &&
		content.every((child) => isNode(child, children))
	);
}

function isLevel(attrs: unknown): boolean {
	return (
		isRecord(attrs) &&
		Object.keys(attrs).join() === 'level' &&
		[1, 2, 3, 4, 5, 6].some((level) => level === attrs.level)
	);
}

/** The words of a rich text; each block and each break begins a line. */
export function textOfDocument(node: unknown): string {
	if (!isRecord(node)) return '';
	if (node.type === 'text') return String(node.text);
	if (node.type === 'hardBreak') return '\n';
	const children: unknown[] = Array.isArray(node.content) ? node.content : [];
	return children.map(textOfDocument).join(INLINE.includes(typeOf(children[0])) ? '' : '\n');
}

function typeOf(node: unknown): string {
	return isRecord(node) ? String(node.type) : '';
}

const NO_FORMAT = /^\{noformat\}\n?([^]*?)\n?\{noformat\}$/u;

/** Wiki markup as rich text, as far as verbatim blocks and paragraphs go. */
export function documentOfText(text: string): JsonRecord {
	const verbatim = NO_FORMAT.exec(text)?.[1];
	const block = (type: string, words: string): JsonRecord => ({
		type,
		content: words === '' ? [] : [{ type: 'text', text: words }],
	});
	const content =
		verbatim === undefined ? text.split('\n').map((line) => block('paragraph', line)) : [block('codeBlock', verbatim)];
	return { type: 'doc', version: 1, content };
}
