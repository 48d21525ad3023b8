import { isUtf8 } from 'node:buffer';
import {
	Composer,
	LineCounter,
	Parser,
	isAlias,
	isMap,
	isScalar,
	isSeq,
	visit,
	type Document,
	type Node,
	type ParsedNode,
} from 'yaml';
import { isRecord, jsonDepth } from '../../../core/json';
import { MappingsProblem } from './command';

/** A mapping of a file, as it was written. */
export interface Entry {
	/** The first is 1. */
	number: number;
	value: unknown;
	/** Where a field such as `settings.queue` stands, or as much of it as there is. */
	lineOf(field: string): number;
}

/** Levels of a mapping in a file, and what the parser makes of each. */
const MOST_LEVELS = 20;
const TOKENS_A_LEVEL = 4;
const MOST_ALIASES = 100;

/** No tags, no merge keys, and every key a text that occurs once, whatever version a file asks for. */
const STRICT = {
	...({ version: '1.2', schema: 'core', resolveKnownTags: false, merge: false } as const),
	...({ stringKeys: true, uniqueKeys: true, strict: true, prettyErrors: false, logLevel: 'silent' } as const),
};

/** The mappings of a YAML file, JSON being YAML too. @throws MappingsProblem with all that keeps it from being read */
export function readMappings(bytes: Buffer): Entry[] {
	if (!isUtf8(bytes)) throw new MappingsProblem('The file is not text in UTF-8: nothing was read');
	const lines = new LineCounter();
	const document = parse(bytes.toString('utf8'), lines);
	const { listed, values } = listIn(document);
	return listed.map((node, i) => ({
		number: i + 1,
		value: values[i],
		lineOf: (field) => lines.linePos(offsetOf(node, field, document)).line,
	}));
}

function parse(text: string, lines: LineCounter): Document.Parsed {
	const tokens = [...new Parser(lines.addNewLine).parse(text)];
	assertShallow(tokens);
	const [document, second] = [...new Composer({ ...STRICT, lineCounter: lines }).compose(tokens, true, text.length)];
	const say = (at: number, message: string): string => `line ${lines.linePos(at).line}: ${message}`;
	const problems = [...document.errors, ...document.warnings].map(({ pos, message }) => say(pos[0], unquoted(message)));
	if (second) problems.push(say(second.range[0], 'a second document begins, and only one is read'));
	visit(document, {
		Scalar(_key, { value, range }) {
			const message = numberProblem(value);
			if (message !== null) problems.push(say(range?.[0] ?? 0, message));
		},
	});
	if (problems.length > 0) throw new MappingsProblem('The file cannot be read, and nothing was done:', problems);
	return document;
}

/** The composer calls itself for each level. */
function assertShallow(tokens: readonly unknown[]): void {
	const most = MOST_LEVELS * TOKENS_A_LEVEL;
	if (jsonDepth(tokens, most) > most) throw tooDeep();
}

function tooDeep(): MappingsProblem {
	return new MappingsProblem(`The file is nested deeper than ${MOST_LEVELS} levels: nothing was read`);
}

/** The parser quotes what it did not expect, which may be a secret. */
function unquoted(message: string): string {
	return message.replace(/: ".*$/su, '');
}

function numberProblem(value: unknown): string | null {
	if (typeof value !== 'number' || Number.isSafeInteger(value)) return null;
	if (!Number.isFinite(value)) return 'this is no number that JSON has';
	return Number.isInteger(value) ? 'this number is too long to be kept exactly: put it in quotes' : null;
}

const WANTED = 'must be a list of mappings, or an object with nothing but such a list as "mappings"';

function listIn(document: Document.Parsed): { listed: (Node | null)[]; values: unknown[] } {
	const top = resolved(document.contents, document);
	const inObject = isMap(top) && top.items.length === 1 ? (top.get('mappings', true) as Node | undefined) : undefined;
	const list = resolved(inObject ?? top, document);
	const value = valueOf(document);
	const values = isRecord(value) ? value.mappings : value;
	if (!isSeq(list) || !Array.isArray(values)) throw new MappingsProblem(`The file ${WANTED}`);
	return { listed: list.items as (Node | null)[], values: values as unknown[] };
}

/** Plain JSON: aliases written out, as often as is allowed. */
function valueOf(document: Document.Parsed): unknown {
	try {
		const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
		if (jsonDepth(value, MOST_LEVELS) > MOST_LEVELS) throw tooDeep();
		return JSON.parse(JSON.stringify(value));
	} catch (error) {
		if (!(error instanceof ReferenceError)) throw error;
		throw new MappingsProblem(
			`The file has an alias (*name) without its anchor (&name) before it, or more than ${MOST_ALIASES} aliases`,
		);
	}
}

function resolved(node: unknown, document: Document.Parsed): unknown {
	return isAlias(node) ? node.resolve(document) : node;
}

function offsetOf(entry: Node | null, field: string, document: Document.Parsed): number {
	let at = entry?.range?.[0] ?? 0;
	let node: unknown = resolved(entry, document);
	for (const name of field.split('.')) {
		const found = itemOf(node, name);
		if (!found) break;
		at = found.node.range?.[0] ?? at;
		node = resolved(found.value, document);
	}
	return at;
}

function itemOf(holder: unknown, name: string): { node: Node; value: unknown } | undefined {
	if (isSeq(holder)) {
		const item = holder.items[Number(name)] as ParsedNode | undefined;
		return item && { node: item, value: item };
	}
	if (!isMap(holder)) return undefined;
	const pair = holder.items.find(({ key }) => isScalar(key) && String(key.value) === name);
	return pair && { node: pair.key as Node, value: pair.value };
}
