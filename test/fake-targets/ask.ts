import type { Connector, Delivery, Receipt } from '../../core/connectors/connector';
import type { HttpRequest, HttpResponse } from '../../core/http';
import { isRecord, readJson, type JsonRecord } from '../../core/json';
import type { FakeTarget } from '../../fake-targets/target';
import { headersOf } from '../../service/sign';

/** What a stand-in says to a request as a connector builds it, signed at `nowMs` where it is to be. */
export function ask(target: FakeTarget, request: HttpRequest | null, nowMs = Date.now()): HttpResponse {
	if (request === null) throw new Error('there is nothing to send');
	const { pathname, searchParams } = new URL(request.url);
	const { status, headers, body } = target.answer({
		method: request.method,
		path: pathname,
		query: searchParams,
		headers: headersOf(request, nowMs),
		body: request.body ?? '',
	});
	return { status, headers: headers ?? {}, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** Delivers to a stand-in that must take it. */
export function delivered(target: FakeTarget, connector: Connector, delivery: Delivery): Receipt {
	const response = ask(target, connector.request(delivery));
	if (response.status >= 300) throw new Error(`${response.status}: ${response.body}`);
	return connector.receipt(response, delivery);
}

export function lookedFor(target: FakeTarget, { search }: Connector, delivery: Delivery): Receipt | null {
	if (!search) throw new Error('the connector cannot ask');
	return search.found(ask(target, search.request(delivery)), delivery);
}

/** The same request with another body. */
export function withBody(request: HttpRequest | null, body: unknown): HttpRequest {
	if (request === null) throw new Error('there is nothing to change');
	return { ...request, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

export function withHeaders(request: HttpRequest | null, headers: Record<string, string>): HttpRequest {
	if (request === null) throw new Error('there is nothing to change');
	return { ...request, headers: { ...request.headers, ...headers } };
}

export function bodyOf({ body = '' }: { body?: string }): JsonRecord {
	const parsed = readJson(body);
	return isRecord(parsed) ? parsed : {};
}
