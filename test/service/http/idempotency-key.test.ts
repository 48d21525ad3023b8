import fc from 'fast-check';
import { fingerprintOf } from '../../../service/http/idempotency-key';
import { buildTicket } from '../../helpers/tickets';

type Json = Record<string, unknown>;

const metadata = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }));

/** The same, with the fields of every object in the opposite order. */
function reversed(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(reversed);
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).map(([name, item]) => [name, reversed(item)] as const);
	return Object.fromEntries(entries.reverse());
}

const printOf = (value: unknown): string => fingerprintOf('ticket', [buildTicket({ metadata: value as Json })]);

it('is the same whatever the order of fields', () => {
	fc.assert(fc.property(metadata, (value) => expect(printOf(reversed(value))).toBe(printOf(value))));
});

it('is another one for whatever says something else', () => {
	fc.assert(
		fc.property(metadata, metadata, (a, b) => {
			const isSame = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
			expect(printOf(a) === printOf(b)).toBe(isSame);
		}),
	);
});

/** Fields by name, the plain way. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== 'object' || value === null) return value;
	const record = value as Json;
	const names = Object.keys(record).sort();
	return { fields: names.map((name) => [name, sorted(record[name])]) };
}

const [one, other] = [buildTicket(), buildTicket({ title: 'another' })];

it.each([
	['a text and a number', { a: '1' }, { a: 1 }],
	['a list and an object', { a: [] }, { a: {} }],
	['a list and its text', { a: ['b', 'c'] }, { a: ['b,c'] }],
	['null and nothing', { a: null }, {}],
	['a key named __proto__', JSON.parse('{"__proto__": {"a": 1}}') as Json, {}],
])('tells %s apart', (_name, a, b) => {
	expect(printOf(a)).not.toBe(printOf(b));
});

it.each([
	['their order', [one, other], [other, one]],
	['how many they are', [one], [one, one]],
	['where one is that is no ticket', [null, one], [one, null]],
])('of many tickets depends on %s', (_name, a, b) => {
	expect(fingerprintOf('tickets', a)).not.toBe(fingerprintOf('tickets', b));
});

it('of one ticket is not that of a list with it', () => {
	expect(fingerprintOf('ticket', [one])).not.toBe(fingerprintOf('tickets', [one]));
});
