/** Faults that were found by attacking the core and mended: they stay mended. */
import { http } from '../../core/connectors/http';
import { decide } from '../../core/decide';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { matchFloors } from '../../core/floors';
import { readGeminiAnswer } from '../../core/gemini/answer';
import { geminiError } from '../../core/gemini/errors';
import { geminiRequest } from '../../core/gemini/request';
import { classifyWith } from '../../core/local';
import { indexConcepts } from '../../core/local/concepts';
import { readModel } from '../../core/local/model';
import { emailProblem, parseTicket } from '../../core/parse';
import { cleanLine, codePoints, foldText, isVisible } from '../../core/text';
import {
	buildClassification,
	buildDelivery,
	buildMapping,
	buildResponse,
	buildTicket,
	thrownBy,
} from '../helpers/tickets';

const policy = { departments: DEFAULT_DEPARTMENTS, threshold: 0.6 };
const floorsIn = (description: string): string[] =>
	matchFloors({ title: 'Ticket', description }).map(({ name }) => name);

describe('parse: never throws', () => {
	const body = { title: 't', description: 'd', email: 'ana@example.com' };

	test.each([
		['a BigInt', { ...body, metadata: { id: 1n } }],
		['toJSON that gives nothing', { ...body, metadata: { toJSON: () => undefined } }],
		[
			'a getter that throws',
			Object.defineProperty({ ...body }, 'source', {
				enumerable: true,
				get: () => {
					throw new Error('no');
				},
			}),
		],
	])('%s', (_, value) => {
		expect(parseTicket(value, { email: 'required' })).toHaveProperty('problems');
	});

	test.each(['a\x07b@example.com', 'a\u200bb@example.com', 'a\ufffdb@example.com', 'a\u202eb@example.com'])(
		'e-mail with an invisible or control character: %j',
		(email) => {
			expect(emailProblem(email)).not.toBeNull();
		},
	);
});

describe('text', () => {
	test.each(['\u3164', '\u115f', '\uffa0', '\u2800'])('the filler %j is not visible', (text) => {
		expect(isVisible(text)).toBe(false);
	});

	test.each(['J\u030c', 'T\u0308', 'e\u200d\u0301', 'a\u00ad\u0308'])('folding %j again changes nothing', (text) => {
		expect(foldText(foldText(text))).toBe(foldText(text));
	});

	test('next line (U+0085) breaks a line', () => {
		expect(cleanLine('a\u0085b')).toBe('a b');
	});

	test('a lone low surrogate is a code point', () => {
		expect(codePoints('\udc00')).toBe([...'\udc00'].length);
	});
});

describe('decide', () => {
	test('confidence NaN is not sure', () => {
		expect(decide(buildTicket(), buildClassification({ confidence: NaN }), policy).needsReview).toBe(true);
	});

	test('an unset threshold lets nothing pass', () => {
		const decision = decide(buildTicket(), buildClassification({ confidence: 0.01 }), { ...policy, threshold: NaN });
		expect(decision.needsReview).toBe(true);
	});
});

describe('floors', () => {
	test.each([
		['breach', 'We had two data breaches'],
		['breach', 'We had a data-breach'],
		['fire', 'several gas leaks'],
		['fire', 'The building is burning'],
		['threat', 'We get bomb threats'],
		['threat', 'I was threatened by a customer'],
		['phishing', 'Phishingmail bekommen'],
		['phishing', 'a suspicious e\u2011mail'],
		['phishing', 'Verdaechtige E-Mail'],
		['phishing', 'phi\u034fshing'],
		['fire', 'A impressora esta pegando fogo'],
		['harassment', 'Harcelement au travail'],
		['harassment', 'My boss harasses me'],
		['threat', 'Il m\u2019a menace\u200d\u0301 hier'],
	])('%s is missed: %s', (name, text) => {
		expect(floorsIn(text)).toContain(name);
	});

	test.each([
		'There is a fire drill tomorrow',
		'There is a fire extinguisher missing on floor 2',
		'Our stack is bleeding edge',
		'Der Hersteller verletzt unsere Marke',
		'Please book me on the phishing awareness training',
	])('false alarm: %s', (text) => {
		expect(floorsIn(text)).toEqual([]);
	});
});

describe('http connector', () => {
	test('an id with NUL cannot be stored', () => {
		expect(http.receipt(buildResponse({ body: '{"id":"a\\u0000b"}' }), buildDelivery()).externalId).not.toContain('\0');
	});

	test('nor an explanation with NUL, and line breaks forge log lines', () => {
		const body = '{"message":"a\\u0000b\\nlevel=50 forged"}';
		expect(http.explanation(buildResponse({ status: 400, body }))).not.toMatch(/[\0\n]/u);
	});

	test('an explanation is not cut within a character', () => {
		const body = JSON.stringify({ message: 'x'.repeat(299) + '\u{1f600}' });
		const text = http.explanation(buildResponse({ status: 400, body }));
		expect(Buffer.from(text).toString()).toBe(text);
	});

	test('an id beyond 2^53 is not turned into another', () => {
		const { externalId } = http.receipt(buildResponse({ body: '{"id":12345678901234567890}' }), buildDelivery());
		expect([null, '12345678901234567890']).toContain(externalId);
	});

	test.each(['https://[', 'https://a%b', 'https://x:99999999/', 'http://#'])(
		'the endpoint %s is no URL and would be a TypeError in the host',
		(endpoint) => {
			expect(thrownBy(() => http.request(buildDelivery({ mapping: buildMapping({ endpoint }) }))).code).toBe(
				'misconfigured',
			);
		},
	);

	test.each<Record<string, string>>([
		{ 'content-length': '1' },
		{ 'transfer-encoding': 'chunked' },
		{ connection: 'upgrade' },
		{ 'X-A': '1', 'x-a': '2' },
	])('headers %j cannot be sent as they stand', (headers) => {
		const mapping = buildMapping({ headers });
		expect(thrownBy(() => http.request(buildDelivery({ mapping }))).code).toBe('misconfigured');
	});
});

describe('gemini', () => {
	const refused = (status: number, details: object[], now = 0) =>
		geminiError(
			buildResponse({
				status,
				body: JSON.stringify({ error: { code: status, status: 'RESOURCE_EXHAUSTED', details } }),
			}),
			now,
		);

	test.each([
		['36s', 36],
		['45.837906927s', 45.837906927],
		['1000000s', 1_000_000],
	])('the wait is in RetryInfo alone: %s', (retryDelay, seconds) => {
		const error = refused(429, [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }]);
		expect(error.retryAfter).toBe(seconds);
	});

	test.each([
		{ reason: '__proto__' },
		{ reason: 'constructor' },
		{ reason: { toString: 1, valueOf: 1 } },
		{ '@type': { toString: 1, valueOf: 1 } },
		{ '@type': 'google.rpc.RetryInfo', retryDelay: { toString: 1, valueOf: 1 } },
	])('the detail %j says nothing and breaks nothing', (detail) => {
		expect(refused(429, [detail])).toMatchObject({
			code: 'rate_limited',
			message: 'Gemini answered 429 (RESOURCE_EXHAUSTED): too many requests: try again later',
		});
	});

	test('a quota of the day is not back an hour before midnight when clocks go back', () => {
		const now = Date.parse('2026-11-01T07:05:00Z');
		expect(refused(429, [{ violations: [{ quotaId: 'PerDay' }] }], now).retryAfter).toBe(25 * 3600);
	});

	test('reasoning is not cut within a character', () => {
		const reasoning = `${'x'.repeat(999)}\u{1f600}`;
		const text = JSON.stringify([{ id: 'a', department: 'IT', confidence: 1, reasoning }]);
		const answer = { candidates: [{ finishReason: 'STOP', content: { parts: [{ text }] } }] };
		expect(readGeminiAnswer(answer, ['a'], DEFAULT_DEPARTMENTS)).toMatchObject([{ reasoning: 'x'.repeat(999) }]);
	});

	test.each(['\u034f', '\u3164', '\u180b', '\u{e0080}'])('the invisible %j is taken out as well', (invisible) => {
		const question = { id: '0', title: `a${invisible}b`, description: 'd' };
		const deps = { departments: DEFAULT_DEPARTMENTS, marker: 'marker', model: 'm' };
		expect(geminiRequest([question], deps).contents[0].parts[0].text).toContain('Title: ab\n');
	});
});

describe('local', () => {
	test('a fallback spelled in lower case is one department, not two', () => {
		const departments = [{ name: 'general', description: 'x', teams: [], examples: [] }];
		const half = (): number[] => [0.5, 0.5];
		const said = { scores: half, predict: half, lean: () => 0 };
		const model = { version: 'v', departments: ['IT', 'General'], buckets: 2, cutoff: null, ...said };
		expect(classifyWith({ model, concepts: indexConcepts({}) }, buildTicket(), departments)).toMatchObject({
			department: 'general',
			confidence: 1,
		});
	});

	test('a model file whose weights were cut off is refused', () => {
		const file = {
			version: 'v',
			departments: ['IT', 'HR'],
			buckets: 8,
			temperature: 1,
			bias: [0, 0],
			scale: 1,
			weights: 'AAAA',
			knownWords: 'AA==',
			confidence: { bias: 0, share: 1, lead: 0, alien: 0, doubt: 0, length: 0 },
			cutoff: null,
		};
		expect(() => readModel(file)).toThrow('damaged');
	});
});
