import fc from 'fast-check';
import { TriageError } from '../../../core/errors';
import { geminiError } from '../../../core/gemini/errors';
import { buildResponse, PROTOTYPE_NAMES } from '../../helpers/tickets';

const NOON = Date.parse('2026-11-22T20:00:00Z');
const TYPE = 'type.googleapis.com/google.rpc';
const MESSAGE = 'Quota exceeded for key AIza-s3cret: "ticket text of ana@example.com"';

const refused = (status: number, error: object, now = NOON) =>
	geminiError(
		buildResponse({ status, body: JSON.stringify({ error: { code: status, message: MESSAGE, ...error } }) }),
		now,
	);
const limited = (...details: unknown[]) => refused(429, { status: 'RESOURCE_EXHAUSTED', details });
const retryInfo = (retryDelay: unknown) => ({ '@type': `${TYPE}.RetryInfo`, retryDelay });
const quota = (...quotaIds: unknown[]) => ({
	'@type': `${TYPE}.QuotaFailure`,
	violations: quotaIds.map((quotaId) => ({ quotaMetric: 'generate_requests', quotaId, quotaValue: '20' })),
});
const help = { '@type': `${TYPE}.Help`, links: [{ url: 'https://ai.google.dev/gemini-api/docs/rate-limits' }] };
const PER_MINUTE = 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier';
const PER_DAY = 'GenerateRequestsPerDayPerProjectPerModel-FreeTier';

describe.each([
	['without details', {}],
	[
		'with details',
		{ details: [help, { '@type': `${TYPE}.BadRequest`, fieldViolations: [{ field: 'ana@example.com' }] }] },
	],
])('%s', (_, more) => {
	test.each([
		[400, 'INVALID_ARGUMENT', 'rejected', false],
		[400, 'FAILED_PRECONDITION', 'rejected', false],
		[401, 'UNAUTHENTICATED', 'auth', false],
		[403, 'PERMISSION_DENIED', 'auth', false],
		[408, 'CANCELLED', 'unavailable', true],
		[413, 'OUT_OF_RANGE', 'rejected', false],
		[429, 'RESOURCE_EXHAUSTED', 'rate_limited', true],
		[499, 'CANCELLED', 'rejected', false],
		[500, 'INTERNAL', 'unavailable', true],
		[501, 'UNIMPLEMENTED', 'unavailable', true],
		[502, 'UNAVAILABLE', 'unavailable', true],
		[503, 'UNAVAILABLE', 'unavailable', true],
		[504, 'DEADLINE_EXCEEDED', 'unavailable', true],
		[302, 'UNKNOWN', 'rejected', false],
	])('%i %s means %s', (status, said, code, retryable) => {
		const error = refused(status, { status: said, ...more });
		expect(error).toMatchObject({ code, retryable, status, retryAfter: undefined });
		expect(error.message).toMatch(new RegExp(`^Gemini answered ${status} \\(${said}\\): `, 'u'));
		expect(error.message).not.toMatch(/s3cret|ticket text|ana@/u);
	});

	test('404 means the model, and says what to do', () => {
		const error = refused(404, { status: 'NOT_FOUND', ...more });
		expect(error).toMatchObject({ code: 'not_found', retryable: false, status: 404 });
		expect(error.message).toMatch(/does not know the model \(404\).*set another one$/u);
	});
});

test.each([
	'',
	'<html>502 Bad Gateway</html>',
	'{}',
	'[]',
	'null',
	'{"error":"x"}',
	'{"error":[]}',
	'{"error":{"status":5}}',
	'{"error":{"status":"for ana@example.com"}}',
	'{"error":{"details":"x"}}',
	'{"error":{"details":{"0":1}}}',
	'{"error":{"details":[null,5,"x",[]]}}',
])('with the body %j it says its number alone', (body) => {
	const error = geminiError(buildResponse({ status: 502, body }), NOON);
	expect(error.message).toBe('Gemini answered 502: it is out of order: try again later');
});

describe('the reason in the details', () => {
	test.each([
		[400, 'API_KEY_INVALID', 'check the API key'],
		[403, 'API_KEY_SERVICE_BLOCKED', 'may not use the Generative Language API'],
		[403, 'SERVICE_DISABLED', 'not enabled for its project'],
	])('%i %s is a matter of the key', (status, reason, advice) => {
		const details = [null, 'x', help, { '@type': `${TYPE}.ErrorInfo`, reason, domain: 'googleapis.com' }];
		const error = refused(status, { status: 'INVALID_ARGUMENT', details });
		expect(error).toMatchObject({ code: 'auth', retryable: false, status });
		expect(error.message).toContain(advice);
	});

	test.each([
		'SOMETHING_ELSE',
		['API_KEY_INVALID'],
		{ toString: 1, valueOf: 1 },
		null,
		undefined,
		5,
		...PROTOTYPE_NAMES,
	])('%j is none that is known', (reason) => {
		const error = refused(400, { details: [{ reason }] });
		expect(error).toMatchObject({
			code: 'rejected',
			message: 'Gemini answered 400: the request was refused: check the settings',
		});
	});
});

describe('429: how long to wait', () => {
	test.each([
		['36s', 36],
		['0s', 0],
		['45.837906927s', 45.837906927],
		['0.000000001s', 1e-9],
		['3600.5s', 3600.5],
		['1000000s', 1_000_000],
		['315576000000s', 315_576_000_000],
	])('%s of RetryInfo is %d seconds', (retryDelay, seconds) => {
		expect(limited(quota(PER_MINUTE), help, retryInfo(retryDelay)).retryAfter).toBe(seconds);
	});

	test.each<unknown>([
		'',
		'36',
		's',
		'-5s',
		'1e3s',
		'Infinitys',
		'1.0000000001s',
		' 36s',
		'36s\n',
		'٣٦s',
		36,
		null,
		['36s'],
		{ seconds: 36 },
		{ toString: 1, valueOf: 1 },
	])('%j says nothing', (retryDelay) => {
		expect(limited(retryInfo(retryDelay))).toMatchObject({
			code: 'rate_limited',
			retryable: true,
			retryAfter: undefined,
		});
	});

	test.each([['RetryInfo'], [{ toString: 1, valueOf: 1 }], [null], [['google.rpc.RetryInfo']]])(
		'nor does a detail of type %j',
		(type) => {
			expect(limited({ '@type': type, retryDelay: '36s' }).retryAfter).toBeUndefined();
		},
	);

	test('a header counts where there is no RetryInfo', () => {
		const headers = { 'retry-after': '37' };
		const body = JSON.stringify({ error: { details: [retryInfo('12s')] } });
		expect(geminiError(buildResponse({ status: 429, headers }), NOON).retryAfter).toBe(37);
		expect(geminiError(buildResponse({ status: 429, headers, body }), NOON).retryAfter).toBe(12);
	});

	test('503 may ask for a wait as well', () => {
		expect(refused(503, { details: [retryInfo('7.5s')] })).toMatchObject({ code: 'unavailable', retryAfter: 7.5 });
	});
});

describe('a quota of the day', () => {
	const exhausted = (now: number) => refused(429, { details: [quota(PER_MINUTE, PER_DAY), retryInfo('2.5s')] }, now);

	test.each([
		['winter, noon', '2026-11-22T20:00:00Z', 12 * 3600 + 300],
		['winter, a second before', '2026-11-22T07:59:59Z', 301],
		['winter, a thousandth before', '2026-11-22T07:59:59.999Z', 301],
		['winter, midnight', '2026-11-22T08:00:00Z', 300],
		['winter, a second after', '2026-11-22T08:00:01Z', 299],
		['summer, noon', '2026-07-01T19:00:00Z', 12 * 3600 + 300],
		['summer, a second before', '2026-07-01T06:59:59Z', 301],
		['summer, six past midnight', '2026-07-01T07:06:00Z', 24 * 3600 - 60],
		['clocks go forward: 23 hours', '2027-03-14T08:05:00Z', 23 * 3600],
		['clocks have gone forward', '2027-03-14T11:00:00Z', 20 * 3600 + 300],
		['clocks go back: 25 hours', '2026-11-01T07:05:00Z', 25 * 3600],
		['clocks go back, the first 1:30', '2026-11-01T08:30:00Z', 23.5 * 3600 + 300],
		['clocks go back, the second 1:30', '2026-11-01T09:30:00Z', 22.5 * 3600 + 300],
		['the day before clocks go back', '2026-10-31T19:00:00Z', 12 * 3600 + 300],
	])('%s: until five past midnight in Los Angeles', (_, now, seconds) => {
		const error = exhausted(Date.parse(now));
		expect(error).toMatchObject({ code: 'rate_limited', status: 429, retryAfter: seconds });
		expect(error.message).toMatch(/for today is used up.*Los Angeles$/u);
	});

	test('whenever it is: the day has changed there by then, and a second before it has not', () => {
		const SLACK_MS = 300_000;
		const day = (time: number): string =>
			new Date(time).toLocaleDateString('en-CA', { timeZone: 'America/Los_Angeles' });
		const times = fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
		const changes = fc
			.constantFrom('2026-11-01T07:00Z', '2027-03-14T08:00Z', '2027-11-07T07:00Z')
			.chain((from) => fc.integer({ min: -86_400_000, max: 90_000_000 }).map((ms) => new Date(Date.parse(from) + ms)));
		fc.assert(
			fc.property(fc.oneof(times, changes), (date) => {
				const now = date.getTime();
				const wait = exhausted(now).retryAfter! * 1000;
				expect(day(now + wait - SLACK_MS) > day(now - SLACK_MS)).toBe(true);
				expect(day(now + wait - SLACK_MS - 1000)).toBe(day(now - SLACK_MS));
			}),
		);
	});

	test.each([
		['another quota', [quota(PER_MINUTE)]],
		['no text', [quota(5, null, [PER_DAY], { PER_DAY })]],
		['violations that are no list', [{ violations: { quotaId: PER_DAY } }]],
		['violations that are none', [{ violations: [null, PER_DAY, 5] }]],
	])('%s is none of it', (_, details) => {
		expect(limited(...details, retryInfo('2s')).retryAfter).toBe(2);
	});

	test('nor is it where the status is another', () => {
		expect(refused(503, { details: [quota(PER_DAY), retryInfo('2s')] })).toMatchObject({
			code: 'unavailable',
			retryAfter: 2,
		});
	});
});

test('whatever is in the answer: a TriageError in our own words', () => {
	const hostile = fc.oneof(fc.anything(), fc.constantFrom(...PROTOTYPE_NAMES, MESSAGE, { toString: 1, valueOf: 1 }));
	const detail = fc.record({ '@type': hostile, reason: hostile, retryDelay: hostile, violations: hostile });
	const error = fc.record({
		status: hostile,
		message: fc.constant(MESSAGE),
		details: fc.array(detail, { maxLength: 3 }),
	});
	const anyBody = fc.oneof(error, fc.anything()).map((some) => {
		try {
			return JSON.stringify({ error: some });
		} catch {
			return '';
		}
	});
	const OWN = /^Gemini (?:answered \d{3}(?: \([A-Z_]{2,40}\))?: |refused the key: |does not know the model )[^"@]+$/u;
	fc.assert(
		fc.property(anyBody, fc.integer({ min: 300, max: 599 }), (body, status) => {
			const outcome = geminiError(buildResponse({ status, body }), NOON);
			expect(outcome).toBeInstanceOf(TriageError);
			expect(outcome.message).toMatch(OWN);
			expect(outcome.retryAfter ?? 0).toBeGreaterThanOrEqual(0);
		}),
		{ numRuns: 500 },
	);
});
