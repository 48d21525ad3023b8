import fc from 'fast-check';
import type { Connector, Receipt } from '../../../core/connectors/connector';
import { TriageError } from '../../../core/errors';
import type { HttpResponse } from '../../../core/http';
import { hostileText } from '../../helpers/arbitraries';
import { foreignBody, HUGE, runs } from '../../helpers/foreign';
import { buildDelivery, buildResponse } from '../../helpers/tickets';
import type { ConnectorCases } from './conformance';

const LONGEST_ID = 500;
const LONGEST_URL = 2000;
const LONGEST_MESSAGE = 1000;
const LONGEST_EXPLANATION = 500;
/** A request may wait for as long as a system asks that means it. */
const LONGEST_WAIT_SECONDS = 1_000_000;
const ONE_LINE = /^[^\p{Cc}\p{Surrogate}\u2028\u2029]*$/u;

/** Whatever a system answers, the connector makes something of it that fits its type, or throws a TriageError. */
export function describeForeignAnswers(connector: Connector, cases: ConnectorCases): void {
	const { mapping } = cases;
	const delivery = buildDelivery({ mapping });
	const examples = examplesOf(cases);
	const header = fc.oneof(
		hostileText,
		fc.constantFrom('1', '999999', '1e400', 'Fri, 31 Dec 9999 23:59:59 GMT', '9'.repeat(400)),
	);
	const response = fc.record({
		body: foreignBody(examples),
		status: fc.constantFrom(200, 200, 201, 202, 204, 299),
		headers: fc.record({ 'retry-after': header }, { requiredKeys: [] }),
	});

	const read = (answer: HttpResponse): void => {
		const receipt = orTriageError(() => connector.receipt(answer, delivery));
		if (receipt !== null) check(receipt);
		const found = orTriageError(() => connector.search?.found(answer, delivery) ?? null);
		if (found !== null) check(found);
		checkRefusal(answer);
	};
	const explain = (answer: HttpResponse): void => {
		const explanation = connector.explanation(answer);
		expect(explanation).toMatch(ONE_LINE);
		expect(explanation.length).toBeLessThanOrEqual(LONGEST_EXPLANATION);
		checkRefusal(answer);
	};
	const checkRefusal = (answer: HttpResponse): void => {
		const refusal = connector.refusal?.(answer) ?? null;
		if (refusal !== null) checkError(refusal);
	};
	/** What came out of an answer is kept, and is where a remark goes later. */
	const check = (receipt: Receipt): void => {
		checkReceipt(receipt);
		const request = orTriageError(() => connector.comment?.({ mapping, receipt, text: 'Moved.' }) ?? null);
		if (request !== null) expect(request.url).toMatch(/^https:\/\/[\w.-]+\/[!-~]*$/u);
	};

	test('any answer below 300 is a receipt that fits, or a TriageError', () => {
		fc.assert(fc.property(response, read), runs(300));
	});

	test('any answer from 300 on is explained in a bounded line, or not at all', () => {
		const refusing = fc.tuple(response, fc.integer({ min: 300, max: 599 }));
		fc.assert(
			fc.property(refusing, ([answer, status]) => explain({ ...answer, status })),
			runs(300),
		);
	});

	test.each(HUGE)('megabytes of %s', (_, body) => {
		read(buildResponse({ body }));
		explain(buildResponse({ status: 400, body }));
	});
}

function examplesOf({ receipts, refusals, explanations, search }: ConnectorCases): unknown[] {
	const all = [receipts, refusals, explanations, search?.found ?? {}].flatMap((some) =>
		Object.values<{ response: Partial<HttpResponse> }>(some),
	);
	const bodies = all.map(({ response }) => response.body ?? '').filter((body) => /^[[{]/u.test(body));
	return [{ id: '1', url: 'https://desk.example.com/1' }, ...bodies.map(parsed)];
}

function parsed(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}

function orTriageError<T>(run: () => T): T | null {
	try {
		return run();
	} catch (error) {
		if (!(error instanceof TriageError)) throw error;
		checkError(error);
		return null;
	}
}

function checkError({ message, retryAfter = 0 }: TriageError): void {
	expect(message).toMatch(ONE_LINE);
	expect(message.length).toBeLessThanOrEqual(LONGEST_MESSAGE);
	expect([retryAfter >= 0, retryAfter < LONGEST_WAIT_SECONDS]).toEqual([true, true]);
}

function checkReceipt({ externalId, externalUrl, ...others }: Receipt): void {
	expect(others).toEqual({});
	if (externalId !== null) {
		expect(externalId).toMatch(/[\p{L}\p{N}\p{P}\p{S}]/u);
		expect(externalId).toMatch(ONE_LINE);
		expect(externalId.length).toBeLessThanOrEqual(LONGEST_ID);
	}
	if (externalUrl === null) return;
	expect(externalUrl.length).toBeLessThanOrEqual(LONGEST_URL);
	expect(externalUrl).toMatch(/^https?:\/\/[^\s\p{Cc}\p{Surrogate}]+$/u);
}
