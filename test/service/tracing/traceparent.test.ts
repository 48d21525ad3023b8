import fc from 'fast-check';
import { beginTrace, childOf, readTraceparent, writeTraceparent } from '../../../service/tracing/traceparent';

const TRACE = 'a3ce929d0e0e47364bf92f3577b34da6';
const SPAN = '00f067aa0ba902b7';

test.each([
	[`00-${TRACE}-${SPAN}-01`, true],
	[`00-${TRACE}-${SPAN}-00`, false],
	// Other flags are not known here.
	[`00-${TRACE}-${SPAN}-ff`, true],
	[`00-${TRACE}-${SPAN}-02`, false],
	// Of later versions what the first one has is read.
	[`01-${TRACE}-${SPAN}-01`, true],
	[`cc-${TRACE}-${SPAN}-01-what-comes-later`, true],
])('%s is read', (header, sampled) => {
	expect(readTraceparent(header)).toEqual({ traceId: TRACE, spanId: SPAN, sampled });
});

test.each([
	undefined,
	null,
	'',
	'nonsense',
	`ff-${TRACE}-${SPAN}-01`,
	`00-${TRACE}-${SPAN}-01-more`,
	`00-${TRACE}-${SPAN}-01-`,
	`01-${TRACE}-${SPAN}-01.more`,
	`00-${TRACE}-${SPAN}-1`,
	`0-${TRACE}-${SPAN}-01`,
	`00-${TRACE}-${SPAN}`,
	`00-${'0'.repeat(32)}-${SPAN}-01`,
	`00-${TRACE}-${'0'.repeat(16)}-01`,
	`00-${TRACE.toUpperCase()}-${SPAN}-01`,
	`00-${TRACE}-${SPAN}0-01`,
	`00-${TRACE.slice(1)}-${SPAN}-01`,
	` 00-${TRACE}-${SPAN}-01`,
	`00-${TRACE}-${SPAN}-01\n`,
	`00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
])('%j is not', (header) => expect(readTraceparent(header)).toBeNull());

it('whatever is read is written so that it is read again', () => {
	fc.assert(
		fc.property(fc.string(), (noise) => {
			const read = readTraceparent(noise);
			expect(read === null || readTraceparent(writeTraceparent(read))).toEqual(read ?? true);
		}),
	);
});

it('a trace that begins here is a valid one and counts as recorded; a child is another step of the same', () => {
	const trace = beginTrace();
	expect(writeTraceparent(trace)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
	expect(readTraceparent(writeTraceparent(trace))).toEqual(trace);
	for (const sampled of [true, false]) {
		const child = childOf({ ...trace, sampled });
		expect(child).toEqual({ traceId: trace.traceId, spanId: expect.not.stringMatching(trace.spanId), sampled });
		expect(readTraceparent(writeTraceparent(child))).toEqual(child);
	}
	expect(beginTrace().traceId).not.toBe(trace.traceId);
});
