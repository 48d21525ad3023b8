import fc from 'fast-check';
import { isRecord, jsonDepth, readJson } from '../../core/json';

test.each([[{}], [{ a: 1 }], [Object.create(null)]])('%j is a record', (value) => {
	expect(isRecord(value)).toBe(true);
});

test.each([[null], [undefined], [[]], ['{}'], [1], [true], [() => ({})]])('%p is not a record', (value) => {
	expect(isRecord(value)).toBe(false);
});

test.each(['', 'ok', '{', '{"a":1', "{'a':1}", '[1,]', 'undefined', '\u0000', '{"a":1}x'])('%j is no JSON', (text) => {
	expect(readJson(text)).toBeUndefined();
});

test('JSON comes out as it went in', () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) =>
			expect(readJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value))),
		),
	);
});

test('keys of the prototype in JSON are data', () => {
	const read = readJson('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
	expect(isRecord(read)).toBe(true);
	expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
	expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test.each([
	[1, 0],
	[null, 0],
	[undefined, 0],
	['[[', 0],
	[{}, 1],
	[[], 1],
	[{ a: 1 }, 1],
	[{ a: [] }, 2],
	[[1, { a: { b: [2] } }, 3], 4],
])('depth of %j is %i', (value, depth) => {
	expect(jsonDepth(value, 10)).toBe(depth);
});

test('a hundred thousand levels do not overflow the stack', () => {
	const text = '['.repeat(100_000) + ']'.repeat(100_000);
	let nested: unknown = [];
	for (let i = 1; i < text.length / 2; i += 1) nested = [nested];
	expect(jsonDepth(nested, 1_000_000)).toBe(100_000);
	expect(jsonDepth(nested, 10)).toBe(11);
});

test('a wide value is measured too', () => {
	expect(
		jsonDepth(
			Array.from({ length: 200_000 }, () => ({})),
			10,
		),
	).toBe(2);
});

test('a cycle is too deep, and shared references are counted once', () => {
	const cycle: Record<string, unknown> = {};
	cycle.self = cycle;
	expect(jsonDepth(cycle, 10)).toBe(11);
	let shared: unknown = {};
	for (let i = 0; i < 60; i += 1) shared = [shared, shared];
	expect(jsonDepth(shared, 100)).toBe(61);
});
