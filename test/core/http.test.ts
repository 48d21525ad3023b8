import { errorFromStatus } from '../../core/http';
import { buildResponse } from '../helpers/tickets';

test.each([
	[301, 'rejected', false, false],
	[302, 'rejected', false, false],
	[400, 'rejected', false, false],
	[401, 'auth', false, false],
	[403, 'auth', false, false],
	[404, 'not_found', false, false],
	[408, 'unavailable', true, false],
	[410, 'not_found', false, false],
	[422, 'rejected', false, false],
	[429, 'rate_limited', true, false],
	[499, 'rejected', false, false],
	[500, 'unavailable', true, true],
	[502, 'unavailable', true, true],
	[503, 'unavailable', true, false],
	[504, 'unavailable', true, true],
	[599, 'unavailable', true, true],
] as const)('%i means %s (worth repeating: %s, in doubt: %s)', (status, code, retryable, inDoubt) => {
	const error = errorFromStatus('Jira', buildResponse({ status }));
	expect(error).toMatchObject({ code, retryable, status, inDoubt });
	expect(error.message).toMatch(new RegExp(`^Jira answered ${status}: .{10,}`, 'u'));
});

test('their explanation is told, their body and headers are not', () => {
	const response = buildResponse({ status: 400, headers: { 'x-key': 'k-123' }, body: 'stack trace' });
	const { message } = errorFromStatus('http', response, 'priority is unknown');
	expect(message).toContain('http answered 400 (priority is unknown): ');
	expect(message).not.toMatch(/k-123|stack trace/u);
});

test('a redirect asks for the final address', () => {
	expect(errorFromStatus('http', buildResponse({ status: 307 })).message).toContain('redirects');
});

test.each([
	['0', 0],
	['120', 120],
	['999999', 999_999],
	[undefined, undefined],
	['', undefined],
	['-1', undefined],
	['1.5', undefined],
	['1e9', undefined],
	['9999999', undefined],
	['soon', undefined],
	['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
	['1'.repeat(5000), undefined],
])('retry-after %j is %p seconds', (said, seconds) => {
	const headers: Record<string, string> = said === undefined ? {} : { 'retry-after': said };
	expect(errorFromStatus('http', buildResponse({ status: 429, headers })).retryAfter).toBe(seconds);
});

const NOW = Date.UTC(2026, 9, 21, 7, 28, 0);

test.each([
	['Wed, 21 Oct 2026 07:28:00 GMT', 0],
	['Wed, 21 Oct 2026 07:28:01 GMT', 1],
	['Wed, 21 Oct 2026 07:30:00 GMT', 120],
	['Thu, 22 Oct 2026 07:27:59 GMT', 86_399],
	['Thu, 22 Oct 2026 07:28:00 GMT', 86_400],
	['Thu, 22 Oct 2026 07:28:01 GMT', 86_400],
	['Fri, 31 Dec 9999 23:59:59 GMT', 86_400],
	['Wed, 21 Oct 2026 07:27:59 GMT', 0],
	['Thu, 01 Jan 1970 00:00:00 GMT', 0],
	['Thu, 22 Oct 2026 07:28:00 CET', undefined],
	['Tue, 31 Feb 2026 07:28:00 GMT', undefined],
	['Wed, 99 Foo 2026 07:28:00 GMT', undefined],
	['2026-10-21T07:30:00Z', undefined],
	['Invalid Date', undefined],
	['soon', undefined],
	['-1', undefined],
	['9999999', undefined],
	['', undefined],
	['120', 120],
	['999999', 999_999],
])('with a clock, retry-after %j is %p seconds', (said, seconds) => {
	const response = buildResponse({ status: 503, headers: { 'retry-after': said } });
	expect(errorFromStatus('http', response, '', NOW).retryAfter).toBe(seconds);
});

test('part of a second is waited for in full', () => {
	const response = buildResponse({ status: 503, headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:02 GMT' } });
	expect(errorFromStatus('http', response, '', NOW + 1).retryAfter).toBe(2);
});
