import fc from 'fast-check';
import { hostileText } from './arbitraries';
import { schemaReader, type OpenApi, type Schema } from './openapi';
import { PROTOTYPE_NAMES } from './tickets';

export type Any = fc.Arbitrary<unknown>;

/** Stands in hostile texts: found in a log or a metric it gives away that one was written there. */
export const CANARY = 'c4n4ryQ7';

export interface Values {
	/** What the schema allows. */
	valid(schema: Schema): Any;
	/** What a field of this name may have; such that it means something, where that is known. */
	field(name: string, schema: Schema): Any;
	/** Something valid with one constraint broken; null where nothing can be. */
	broken(schema: Schema): Any | null;
}

const visible = (min: number, max: number): fc.Arbitrary<string> =>
	fc.stringMatching(/^[A-Za-z0-9äß€😀]$/u).chain((one) => {
		const most = Math.min(max, min + 40);
		return fc.integer({ min, max: most }).map((length) => one.repeat(length));
	});

const time = fc
	.date({ min: new Date('2000-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
	.map((date) => date.toISOString());
const email = fc.constantFrom(
	'ana@example.com',
	'BOB@example.com',
	'jürgen@bücher.example',
	"o'neil+x@mail.example.org",
);

/** Any JSON that is hostile where it can be. */
export const hostileValue: Any = fc.oneof(
	hostileText,
	hostileText.map((text) => CANARY + text),
	fc.jsonValue({ maxDepth: 6 }),
	fc.dictionary(fc.oneof(hostileText, fc.constantFrom(...PROTOTYPE_NAMES)), fc.jsonValue({ maxDepth: 2 }), {
		maxKeys: 6,
	}),
	fc.constantFrom(null, -0, 1e308, -1e308, 5e-324, 2 ** 53, -(2 ** 63), 2 ** 31, 0.1, '', [], {}, true),
	fc.integer({ min: 3, max: 3000 }).map((depth) => nested(depth)),
);

const OF_ALL_TYPES: readonly unknown[] = [null, true, 7, 7.5, 'no such word', '', [], [1], {}, { a: 1 }];

function nested(depth: number): unknown {
	let value: unknown = CANARY;
	for (let i = 0; i < depth; i += 1) value = i % 2 ? [value] : { a: value };
	return value;
}

/** Values by the document's schemas. `likely` are such that mean something, by the name of their field. */
export function createValues(document: OpenApi, likely: Record<string, Any>): Values {
	const read = schemaReader(document);
	const solve = (schema: Schema): Schema =>
		typeof schema.$ref === 'string' ? document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] : schema;

	function valid(given: Schema): Any {
		const schema = solve(given);
		if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
		if (Array.isArray(schema.anyOf)) return fc.oneof(...(schema.anyOf as Schema[]).map(valid));
		const types = [schema.type ?? 'any'].flat() as string[];
		return fc.oneof(...types.map((type) => ofType(type, schema)));
	}

	function ofType(type: string, schema: Schema): Any {
		const { minimum = -1000, maximum = 1000 } = schema as Record<string, number>;
		if (type === 'null') return fc.constant(null);
		if (type === 'boolean') return fc.boolean();
		if (type === 'integer') return fc.integer({ min: minimum, max: maximum });
		if (type === 'number') return fc.double({ min: minimum, max: maximum, noNaN: true });
		if (type === 'string') return text(schema);
		if (type === 'array') return list(schema);
		return type === 'object' ? record(schema) : fc.jsonValue({ maxDepth: 2 });
	}

	const field = (name: string, schema: Schema): Any => likely[name] ?? valid(schema);

	function list({ items, minItems = 0, maxItems = 5 }: Schema): Any {
		const [least, most] = [Number(minItems), Number(maxItems)];
		return fc.array(valid(items as Schema), { minLength: least, maxLength: Math.min(most, least + 4) });
	}

	function record({ properties = {}, required = [] }: Schema): Any {
		const fields = Object.entries(properties as Record<string, Schema>).map(([name, schema]): [string, Any] => [
			name,
			field(name, schema),
		]);
		return fc.record(Object.fromEntries(fields), { requiredKeys: required as string[] });
	}

	function broken(given: Schema): Any | null {
		const schema = solve(given);
		const breaks = [...wrong(schema), ...brokenFields(schema)];
		const validate = read(schema);
		// What takes all of these has no constraint: nothing would ever break it.
		if (OF_ALL_TYPES.every((value) => validate(value))) return null;
		return fc.oneof(...breaks).filter((value) => !validate(JSON.parse(JSON.stringify(value) ?? 'null')));
	}

	function brokenFields(schema: Schema): Any[] {
		const { properties, required = [], additionalProperties } = schema;
		if (!properties) return [];
		const set = (name: string, value: Any): Any =>
			fc.tuple(valid(schema), value).map(([whole, one]) => ({ ...(whole as object), [name]: one }));
		const fields = Object.entries(properties as Record<string, Schema>).flatMap(([name, field]) => {
			const other = broken(field);
			return other ? [set(name, other)] : [];
		});
		const missing = (required as string[]).map((name) => set(name, fc.constant(undefined)));
		const unknown = additionalProperties === false ? [set(`x${CANARY}`, fc.jsonValue())] : [];
		return [...fields, ...missing, ...unknown];
	}

	/** Values that may be refused; `broken` keeps those that are. */
	function wrong({ maxLength, maximum, minimum, maxItems, items, anyOf }: Schema): Any[] {
		const inner = anyOf ? (anyOf as Schema[]).map(solve) : [];
		return [
			fc.constantFrom(...OF_ALL_TYPES),
			...(maxLength ? [fc.integer({ min: 1, max: 9 }).map((more) => 'x'.repeat(Number(maxLength) + more))] : []),
			...(maximum === undefined ? [] : [fc.integer({ min: 1 }).map((more) => Number(maximum) + more)]),
			...(minimum === undefined ? [] : [fc.integer({ min: 1 }).map((less) => Number(minimum) - less)]),
			...(maxItems && items ? [valid(items as Schema).map((one) => Array(Number(maxItems) + 1).fill(one))] : []),
			...(items ? [(broken(items as Schema) ?? fc.constant(0)).map((one) => [one])] : []),
			...inner.flatMap(wrong),
		];
	}

	return { valid, field, broken };
}

function text({ format, pattern, minLength = 0, maxLength = 60 }: Schema): Any {
	if (format === 'date-time') return time;
	if (format === 'date') return time.map((full) => full.slice(0, 10));
	if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
	return format === 'email' ? email : visible(Number(minLength), Number(maxLength));
}
