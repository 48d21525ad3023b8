import { duration } from '../../fake-gemini/refusals';
import type { Fault, FakeGemini, FakeRequest } from '../../fake-gemini/server';
import { FINISH_REASONS } from '../../fake-gemini/wire-table';
import { DEPARTMENTS, MODEL, TICKETS, answerOf, buildBody, entriesOf, errorOf, send, startFast } from './client';

let fake: FakeGemini;
let answered: (request: FakeRequest) => void = () => undefined;
beforeAll(async () => void (fake = await startFast({ onAnswered: (request) => answered(request) })));
afterAll(() => fake.close());

async function sendWith(fault: Fault): Promise<Response> {
	fake.next(fault);
	return send(fake);
}

async function answerWith(fault: Fault) {
	return answerOf(await sendWith(fault));
}

describe('errors', () => {
	it.each([
		['internal', 500, 'INTERNAL'],
		['unavailable', 503, 'UNAVAILABLE'],
		['deadline', 504, 'DEADLINE_EXCEEDED'],
		['forbidden', 403, 'PERMISSION_DENIED'],
		['invalid', 400, 'INVALID_ARGUMENT'],
		['not_found', 404, 'NOT_FOUND'],
	] as const)('%s is %i %s', async (fault, code, status) => {
		const response = await sendWith(fault);
		expect(response.status).toBe(code);
		expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
		const error = await errorOf(response);
		expect(error).toEqual({ code, status, message: expect.stringMatching(/\w/u) });
	});

	it.each([
		['rate_limited', 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier'],
		['rate_limited_day', 'GenerateRequestsPerDayPerProjectPerModel-FreeTier'],
	] as const)('%s is a quota of %s', async (fault, quotaId) => {
		const response = await sendWith(fault);
		expect(response.status).toBe(429);
		expect(response.headers.has('retry-after')).toBe(false);
		const { code, status, message, details } = await errorOf(response);
		expect({ code, status }).toEqual({ code: 429, status: 'RESOURCE_EXHAUSTED' });
		const retryDelay = expect.stringMatching(/^1\.\d{9}s$/u) as string;
		expect(details).toEqual([
			{
				'@type': 'type.googleapis.com/google.rpc.QuotaFailure',
				violations: [
					{
						quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
						quotaId,
						quotaDimensions: { location: 'global', model: MODEL },
						quotaValue: expect.stringMatching(/^\d+$/u),
					},
				],
			},
			{
				'@type': 'type.googleapis.com/google.rpc.Help',
				links: [
					{
						description: 'Learn more about Gemini API quotas',
						url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
					},
				],
			},
			{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay },
		]);
		expect(message).toContain(`Please retry in ${String(details?.[2].retryDelay)}.`);
	});

	it.each([
		[0, '0.000000000s'],
		[0.05, '0.050000000s'],
		[45.837906927, '45.837906927s'],
		[3600, '3600.000000000s'],
	])('%d s is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

	it('says the time it is told to', async () => {
		const other = await startFast({ retryDelaySeconds: 7.25 });
		other.next('rate_limited');
		const { details } = await errorOf(await send(other));
		await other.close();
		expect(details?.[2]).toMatchObject({ retryDelay: '7.250000000s' });
	});
});

describe('breakdowns', () => {
	it('hang never answers', async () => {
		fake.next('hang');
		const left = new Promise<FakeRequest>((resolve) => (answered = resolve));
		const hanging = new AbortController();
		const response = send(fake, buildBody(), { signal: hanging.signal });
		expect(await left).toMatchObject({ status: null, tickets: 3, fault: 'hang' });
		await expect(Promise.race([response, answerOf(await send(fake)).then(() => 'later one')])).resolves.toBe(
			'later one',
		);
		hanging.abort();
		await expect(response).rejects.toThrow('aborted');
	});

	it('reset ends the connection without an answer', async () => {
		const failure = await sendWith('reset').catch((error: unknown) => error as Error);
		expect((failure as Error).cause).toMatchObject({ code: 'ECONNRESET' });
		expect(fake.requests.at(-1)).toMatchObject({ status: null, fault: 'reset' });
	});

	it('cut ends the connection within the answer', async () => {
		const response = await sendWith('cut');
		expect(response.status).toBe(200);
		const reader = (response.body as ReadableStream<Uint8Array>).getReader();
		let length = 0;
		const rest = async (): Promise<void> => {
			for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) length += chunk.value.length;
		};
		await expect(rest()).rejects.toThrow('terminated');
		expect(length).toBe(Math.floor(Number(response.headers.get('content-length')) / 2));
	});

	it('html is a page of a proxy', async () => {
		const response = await sendWith('html');
		expect(response.status).toBe(502);
		expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8');
		expect(await response.text()).toMatch(/^<!DOCTYPE html>/u);
	});

	it('garbage is a 200 that only says it is JSON', async () => {
		const response = await sendWith('garbage');
		expect(response.status).toBe(200);
		expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
		await expect(response.json()).rejects.toThrow('is not valid JSON');
	});
});

describe('bad answers', () => {
	it('empty_candidates has an empty list', async () => {
		const answer = await answerWith('empty_candidates');
		expect(answer.candidates).toEqual([]);
		expect(answer).not.toHaveProperty('promptFeedback');
	});

	it('blocked has no candidates but a reason', async () => {
		const answer = await answerWith('blocked');
		expect(answer).not.toHaveProperty('candidates');
		expect(answer.promptFeedback).toEqual({ blockReason: 'PROHIBITED_CONTENT' });
		expect(answer.usageMetadata.totalTokenCount).toBe(answer.usageMetadata.promptTokenCount);
	});

	it.each(FINISH_REASONS.filter((reason) => reason !== 'MAX_TOKENS'))('finish:%s', async (reason) => {
		const answer = await answerWith(`finish:${reason}`);
		expect(answer.candidates[0].finishReason).toBe(reason);
		expect(entriesOf(answer)).toHaveLength(3);
	});

	it.each([
		['finish:MAX_TOKENS', 'MAX_TOKENS'],
		['truncated', 'STOP'],
	] as const)('%s ends in the middle with %s', async (fault, reason) => {
		const answer = await answerWith(fault);
		expect(answer.candidates[0].finishReason).toBe(reason);
		expect(answer.candidates[0].content?.parts[0].text).toMatch(/^\[\{/u);
		expect(() => entriesOf(answer)).toThrow(SyntaxError);
	});

	it('wrapped has a fence and words around', async () => {
		const [{ content }] = (await answerWith('wrapped')).candidates;
		const fenced = /^\w[^]*\n```json\n([^]*)\n```\n[^]*\w.$/u.exec(content?.parts[0].text ?? '');
		expect(JSON.parse(fenced?.[1] ?? '')).toHaveLength(3);
	});

	it('thought has a part of thoughts before, which is counted', async () => {
		const answer = await answerWith('thought');
		expect(answer.candidates[0].content?.parts.map(({ thought }) => thought)).toEqual([true, undefined]);
		const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, totalTokenCount } = answer.usageMetadata;
		expect(thoughtsTokenCount).toBeGreaterThan(0);
		expect(totalTokenCount).toBe(promptTokenCount + candidatesTokenCount + thoughtsTokenCount);
		expect(entriesOf(answer)).toHaveLength(3);
	});

	it('empty_parts has a content of nothing', async () => {
		expect((await answerWith('empty_parts')).candidates[0].content).toEqual({ parts: [], role: 'model' });
	});

	it('no_content has none', async () => {
		expect((await answerWith('no_content')).candidates).toEqual([{ finishReason: 'STOP', index: 0 }]);
	});

	it.each([
		['invented_department', (first: { department: string }) => expect(DEPARTMENTS).not.toContain(first.department)],
		['confidence_7', (first: { confidence: unknown }) => expect(first.confidence).toBe(7)],
		['confidence_high', (first: { confidence: unknown }) => expect(first.confidence).toBe('high')],
		['invented_id', (first: { id: string }) => expect(first.id).toMatch(/^(?!aaaaaaaa)[0-9a-f]{8}$/u)],
	] as const)('%s spoils the first entry alone', async (fault, check) => {
		const [good, bad] = [await answerOf(await send(fake)), await answerWith(fault)].map(entriesOf);
		check(bad[0]);
		expect(bad.slice(1)).toEqual(good.slice(1));
	});

	it('other_case_department keeps the name but for its case', async () => {
		const [first] = entriesOf(await answerWith('other_case_department'));
		expect(first.department).toBe('it');
	});

	it('missing_id leaves the first out', async () => {
		expect(entriesOf(await answerWith('missing_id')).map(({ id }) => id)).toEqual(['bbbbbbbb', 'cccccccc']);
	});

	it('doubled_id answers twice, and differently', async () => {
		const [one, two, ...others] = entriesOf(await answerWith('doubled_id'));
		expect([one.id, two.id, ...others.map(({ id }) => id)]).toEqual(['aaaaaaaa', ...TICKETS.map(({ id }) => id)]);
		expect(two.department).not.toBe(one.department);
	});

	it('one_object is no list', async () => {
		expect(entriesOf(await answerWith('one_object'))).toMatchObject({ id: 'aaaaaaaa', department: 'IT' });
	});
});

it.each(['unavailable', 'cut', 'hang'] as const)('%s does not hide what is wrong with a request', async (fault) => {
	fake.next(fault);
	const response = await send(fake, {});
	expect(response.status).toBe(400);
	expect((await errorOf(response)).message).toContain('contents is not specified');
	expect(fake.requests.at(-1)?.fault).toBeNull();
	expect((await send(fake)).status).toBe(200);
});
