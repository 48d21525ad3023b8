import fc from 'fast-check';
import { hostileText } from './arbitraries';
import { PROTOTYPE_NAMES } from './tickets';

/** How many cases a property tries; FUZZ_RUNS=50 makes it fifty times as many. */
export const runs = (usual: number): { numRuns: number } => ({ numRuns: usual * Number(process.env.FUZZ_RUNS ?? 1) });

/** Stands for what others wrote and nobody is to repeat beyond what an explanation may hold. */
export const LONG = 1_000_000;

const AWKWARD: readonly unknown[] = [
	...[
		null,
		true,
		false,
		0,
		-0,
		-1,
		0.5,
		2 ** 53,
		1e308,
		-1e308,
		5e-324,
		'',
		' ',
		'0',
		'-1',
		'1e999',
		[],
		{},
		[[]],
		[null],
	],
	{ toString: 1, valueOf: 1 },
	{ length: -1 },
	'javascript:alert(1)',
	'https://',
	'https://[',
	'http://a b',
	'https://desk.example.com/1\r\nX: 1',
	'//evil.example',
];

function nested(depth: number): unknown {
	let value: unknown = 'x';
	for (let i = 0; i < depth; i += 1) value = i % 2 ? [value] : { error: value };
	return value;
}

const name = fc.oneof(fc.constantFrom(...PROTOTYPE_NAMES), hostileText);

/** What may stand where something else was expected. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
	fc.constantFrom(...AWKWARD),
	hostileText,
	fc.constantFrom('<', '{', 'a', '\ud800', '/').map((one) => one.repeat(5000)),
	fc.jsonValue({ maxDepth: 3 }),
	fc.dictionary(name, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4 }),
	fc.integer({ min: 2, max: 300 }).map(nested),
);

/** A value with hostile ones at some of its places. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
	return fc.array(fc.tuple(fc.nat(40), hostileValue), { minLength: 1, maxLength: 3 }).map((changes) => {
		let holder = { top: structuredClone(value) };
		for (const [at, put] of changes) holder = { top: replaced(holder.top, at, structuredClone(put)) };
		return holder.top;
	});
}

/** The value with what stands at its n-th place, counted round and round, replaced by another. */
function replaced(value: unknown, n: number, put: unknown): unknown {
	const places = placesIn(value);
	const place = places[n % (places.length + 1)];
	if (place === undefined) return put;
	Object.defineProperty(place.holder, place.key, { value: put, writable: true, enumerable: true, configurable: true });
	return value;
}

const MOST_PLACES = 200;

function placesIn(value: unknown): { holder: object; key: string }[] {
	const places: { holder: object; key: string }[] = [];
	const waiting = [value];
	while (waiting.length > 0 && places.length < MOST_PLACES) {
		const holder = waiting.pop();
		if (typeof holder !== 'object' || holder === null) continue;
		for (const [key, inner] of Object.entries(holder)) {
			places.push({ holder, key });
			waiting.push(inner);
		}
	}
	return places;
}

/** Bytes as a text is made of them, whatever they are. */
export const anyBytes: fc.Arbitrary<Buffer> = fc
	.uint8Array({ maxLength: 300 })
	.map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));

/** A text with a few of its bytes changed, cut off at some place, or said twice. */
export function damaged(text: string): fc.Arbitrary<Buffer> {
	const change = fc.tuple(fc.nat(Math.max(0, Buffer.byteLength(text) - 1)), fc.nat(255));
	return fc
		.tuple(
			fc.array(change, { maxLength: 4 }),
			fc.nat(Buffer.byteLength(text)),
			fc.constantFrom('as it is', 'cut', 'twice'),
		)
		.map(([changes, end, how]) => {
			const bytes = Buffer.from(text);
			if (bytes.length > 0) for (const [at, byte] of changes) bytes[at] = byte;
			return how === 'cut' ? bytes.subarray(0, end) : how === 'twice' ? Buffer.concat([bytes, bytes]) : bytes;
		});
}

/** Bodies as the other side of a good answer, of which some examples are given, may break them. */
export function foreignBody(examples: readonly unknown[]): fc.Arbitrary<string> {
	return fc.oneof(
		{ weight: 1, arbitrary: anyBytes.map(String) },
		{ weight: 1, arbitrary: hostileValue.map(toJson) },
		{
			weight: 2,
			arbitrary: fc
				.constantFrom(...examples.map(toJson))
				.chain(damaged)
				.map(String),
		},
		{
			weight: 6,
			arbitrary: fc
				.constantFrom(...examples)
				.chain(mutated)
				.map(toJson),
		},
	);
}

function toJson(value: unknown): string {
	return JSON.stringify(value) ?? '';
}

/** Megabytes of the same. */
export const HUGE: readonly [string, string][] = [
	...['[', '{"a":', '"', '\\', ' ', '\n', '<', '/', '=', '.', 'a', 'a.', 'a@', '1', '\u00e9', '\ud800'].map(
		(one): [string, string] => [JSON.stringify(one), one.repeat(LONG / one.length)],
	),
	['a long text in each field', toJson(Object.fromEntries(fieldNames().map((field) => [field, 'x '.repeat(20_000)])))],
	[
		'a long list in each field',
		toJson(Object.fromEntries(fieldNames().map((field) => [field, Array(20_000).fill({})]))),
	],
	[
		'levels in each field',
		`{${fieldNames()
			.map((field) => `"${field}":${'['.repeat(20_000)}1${']'.repeat(20_000)}`)
			.join()}}`,
	],
	['many fields', toJson({ errors: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`f${i}`, 'x'])) })],
];

function fieldNames(): string[] {
	return [
		'message',
		'error',
		'errors',
		'detail',
		'details',
		'description',
		'errorMessages',
		'errorMessage',
		'id',
		'key',
		'url',
	];
}
