import { isRecord, type JsonRecord } from '../core/json';

/** What is wrong at which place, as Slack says it: `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`. */
export function blockProblems(blocks: readonly unknown[]): string[] {
	if (blocks.length > MOST.blocks) return [at('/blocks', `no more than ${MOST.blocks} items allowed`)];
	return blocks.flatMap((block, i) => blockProblem(block, `/blocks/${i}`));
}

/** Whether all blocks together are longer than Slack takes. It publishes no limit; this is the least that was met with. */
export function areTooLong(blocks: readonly unknown[]): boolean {
	return textsIn(blocks).reduce((length, { text }) => length + String(text).length, 0) > MOST.together;
}

const MOST = { blocks: 50, header: 150, text: 3000, fields: 10, field: 2000, elements: 10, id: 255, together: 12_000 };

function at(pointer: string, problem: string): string {
	return `${problem} [json-pointer:${pointer}]`;
}

/** The keys of each kind of block, its type apart. Slack has more kinds than these. */
const KEYS: Record<string, string[]> = {
	header: ['text', 'level'],
	section: ['text', 'fields', 'accessory', 'expand'],
	context: ['elements'],
	divider: [],
};

function blockProblem(block: unknown, pointer: string): string[] {
	if (!isRecord(block)) return [at(pointer, 'must be an object')];
	const { type, block_id: id } = block;
	if (typeof type !== 'string') return [at(pointer, 'missing required field: type')];
	if (!Object.hasOwn(KEYS, type)) return [at(`${pointer}/type`, `unsupported type: ${type}`)];
	const isIdLong = typeof id === 'string' && id.length > MOST.id;
	return [
		...additional(block, [...KEYS[type], 'type', 'block_id'], pointer),
		...(isIdLong ? [at(`${pointer}/block_id`, `must be less than ${MOST.id + 1} characters`)] : []),
		...contentProblems(block, pointer),
	];
}

function additional(holder: JsonRecord, keys: string[], pointer: string): string[] {
	const unknown = Object.keys(holder).filter((key) => !keys.includes(key));
	return unknown.map((key) => at(pointer, `additional property: ${JSON.stringify(key)}`));
}

function contentProblems({ type, text, fields, elements }: JsonRecord, pointer: string): string[] {
	if (type === 'header') return textProblems(text, `${pointer}/text`, { most: MOST.header, plain: true });
	if (type === 'context') return listProblems(elements, `${pointer}/elements`, [MOST.elements, MOST.text]);
	if (type === 'divider') return [];
	if (text === undefined && fields === undefined) return [at(pointer, 'must define either `fields` or `text`')];
	return [
		...(text === undefined ? [] : textProblems(text, `${pointer}/text`, { most: MOST.text })),
		...(fields === undefined ? [] : listProblems(fields, `${pointer}/fields`, [MOST.fields, MOST.field])),
	];
}

function listProblems(list: unknown, pointer: string, [items, most]: [number, number]): string[] {
	if (!Array.isArray(list)) return [at(pointer, 'must be an array')];
	if (list.length === 0) return [at(pointer, 'no fewer than 1 items allowed')];
	if (list.length > items) return [at(pointer, `no more than ${items} items allowed`)];
	return list.flatMap((one: unknown, i) => textProblems(one, `${pointer}/${i}`, { most }));
}

function textProblems(
	value: unknown,
	pointer: string,
	{ most, plain = false }: { most: number; plain?: boolean },
): string[] {
	if (!isRecord(value)) return [at(pointer, 'must be an object')];
	const { type, text } = value;
	const isPlain = type === 'plain_text';
	if (!isPlain && (plain || type !== 'mrkdwn')) return [at(`${pointer}/type`, `unsupported type: ${String(type)}`)];
	if (typeof text !== 'string') return [at(pointer, 'missing required field: text')];
	return [
		...additional(value, ['type', 'text', isPlain ? 'emoji' : 'verbatim'], pointer),
		...(text.length > most ? [at(`${pointer}/text`, `must be less than ${most + 1} characters`)] : []),
		...(text.trim() === '' ? [at(`${pointer}/text`, 'must be more than 0 characters')] : []),
	];
}

/** Every object with a text in it, at any depth. */
export function textsIn(value: unknown): JsonRecord[] {
	if (Array.isArray(value)) return value.flatMap(textsIn);
	if (!isRecord(value)) return [];
	return [...(typeof value.text === 'string' ? [value] : []), ...Object.values(value).flatMap(textsIn)];
}
