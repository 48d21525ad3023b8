import fc from 'fast-check';
import { hostileText } from './arbitraries';
import type { Operation } from './openapi';
import { CANARY, hostileValue, type Any, type Values } from './openapi-values';
import { PROTOTYPE_NAMES } from './tickets';

/** valid: as the document has it. broken: with one constraint of it broken. hostile: anything. */
export type Kind = 'valid' | 'broken' | 'hostile';

export interface FuzzRequest {
	kind: Kind;
	/** What stands for `{id}`: the place of one that exists, or a text as it goes over the wire. */
	id: number | string;
	query: string;
	headers: Record<string, string>;
	body?: string | Buffer;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Requests to an operation, of all kinds that it can have. */
export function requestsTo(operation: Operation, values: Values): fc.Arbitrary<FuzzRequest> {
	const kinds = [validRequest, brokenBody, brokenQuery, hostileRequest].map((make) => make(operation, values));
	return fc.oneof(...kinds.filter((kind) => kind !== null));
}

function validRequest(operation: Operation, values: Values): fc.Arbitrary<FuzzRequest> {
	return fc.record({
		kind: fc.constant('valid' as const),
		id: fc.nat(50),
		query: queryOf(operation, values),
		...sent(operation, validBody(operation, values)),
	});
}

function brokenBody(operation: Operation, values: Values): fc.Arbitrary<FuzzRequest> | null {
	const broken = operation.body && values.broken(operation.body.schema);
	if (!broken) return null;
	const text = broken.map((value) => JSON.stringify(value) ?? '');
	const bodies = operation.body?.required ? text : text.filter((one) => one !== '');
	return fc.record({
		kind: fc.constant('broken' as const),
		id: fc.nat(50),
		query: fc.constant(''),
		...sent(operation, bodies),
	});
}

function brokenQuery(operation: Operation, values: Values): fc.Arbitrary<FuzzRequest> | null {
	const broken = operation.parameters.flatMap(({ name, in: place, schema }) => {
		const worse = place === 'query' && typeof schema.maxLength === 'number' ? values.broken(schema) : null;
		const texts = worse?.filter((value) => typeof value === 'string' && value !== '') ?? null;
		return texts ? [texts.map((value) => `${name}=${encodeURIComponent(String(value))}`)] : [];
	});
	if (broken.length === 0) return null;
	return fc.record({
		kind: fc.constant('broken' as const),
		id: fc.nat(50),
		query: fc.oneof(...broken).map((pair) => `?${pair}`),
		...sent(operation, fc.constant(undefined)),
	});
}

function hostileRequest(operation: Operation, values: Values): fc.Arbitrary<FuzzRequest> {
	const body = fc.oneof(
		{ weight: 3, arbitrary: hostileBody(operation, values) },
		validBody(operation, values),
		fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
		fc.constantFrom(
			'{',
			'[1,',
			'"\\ud8',
			'nul',
			'\ufeff{}',
			'{"a":1}}',
			'\0',
			'[',
			'{"__proto__":{"polluted":1}}',
			'1e999',
		),
	);
	const sentBody =
		operation.method === 'POST' || operation.method === 'PUT' ? body : fc.option(body, { nil: undefined });
	return fc
		.record({
			kind: fc.constant('hostile' as const),
			id: fc.oneof({ weight: 3, arbitrary: fc.nat(50) }, hostileId),
			query: fc.oneof({ weight: 2, arbitrary: hostileQuery(operation) }, fc.constant('')),
			headers: hostileHeaders,
			body: sentBody,
		})
		.map(({ headers, ...rest }) => ({
			...rest,
			headers: { ...(rest.body === undefined ? {} : JSON_TYPE), ...headers },
		}));
}

function sent(operation: Operation, body: fc.Arbitrary<string | undefined>) {
	const prefer = fc.constantFrom<Record<string, string>>({}, { prefer: 'respond-async' }, { prefer: 'wait=1' });
	const type: Record<string, string> = operation.body ? JSON_TYPE : {};
	return { headers: prefer.map((given) => ({ ...type, ...given })), body };
}

function validBody({ body }: Operation, values: Values): fc.Arbitrary<string | undefined> {
	if (!body) return fc.constant(undefined);
	const text = values.valid(body.schema).map((value) => JSON.stringify(value));
	return body.required ? text : fc.option(text, { nil: undefined });
}

/** A valid body in which one place, at most three levels down, is hostile. */
function hostileBody({ body }: Operation, values: Values): fc.Arbitrary<string> {
	const whole: Any = body ? values.valid(body.schema) : fc.constant({});
	const worse = fc.tuple(whole, fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }), hostileValue);
	return fc
		.oneof(
			worse.map(([value, path, hostile]) => withAt(value, path, hostile)),
			hostileValue,
		)
		.map((value) => JSON.stringify(value) ?? 'null');
}

function withAt(value: unknown, [first, ...rest]: number[], hostile: unknown): unknown {
	if (first === undefined || typeof value !== 'object' || value === null) return hostile;
	const keys = [...Object.keys(value), '__proto__'];
	const key = keys[first % keys.length];
	const inner = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
	const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as object;
	const descriptor = { value: withAt(inner, rest, hostile), enumerable: true, configurable: true, writable: true };
	return Object.defineProperty(copy, key, descriptor);
}

const shortText = hostileText.map((text) => text.slice(0, 60));
const encoded = shortText.map((text) => encodeURIComponent(text.toWellFormed()));

const hostileId = fc.oneof(
	encoded.map((text) => text || 'x'),
	fc.constantFrom('%', '%E0%A4%A', '%00', '..', '.', '%2e%2e%2f', '0', '-1', '1e3', '2147483648', '9'.repeat(40)),
	fc.constantFrom(
		...PROTOTYPE_NAMES,
		'TKT-1',
		CANARY,
		'x'.repeat(3000),
		'1;drop',
		"'",
		'[object Object]'.replace(' ', '+'),
	),
);

function hostileQuery({ parameters }: Operation): fc.Arbitrary<string> {
	const names = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
	const name = fc.oneof(fc.constantFrom('__proto__', 'x[]', 'constructor', ...names), encoded);
	const value = fc.oneof(encoded, fc.constantFrom('%', '%00', '1e9', '-1', '9'.repeat(30), '2026-01-01', '9999-12-31'));
	return fc
		.array(fc.tuple(name, value), { minLength: 1, maxLength: 4 })
		.map((pairs) => `?${pairs.map((pair) => pair.join('=')).join('&')}`);
}

function queryOf({ parameters }: Operation, values: Values) {
	const fields = parameters
		.filter((one) => one.in === 'query')
		.map(({ name, schema }): [string, Any] => [name, values.field(name, schema)]);
	return fc
		.record(Object.fromEntries(fields), { requiredKeys: [] })
		.map((given) => Object.entries(given).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`))
		.map((pairs) => (pairs.length === 0 ? '' : `?${pairs.join('&')}`));
}

/** As bytes of UTF-8, without what no header can carry. */
const headerText = shortText.map((text) =>
	Buffer.from(text)
		.toString('latin1')
		.replace(/[^\t\x20-\x7e\x80-\xff]/g, ''),
);

const HEADERS: Record<string, fc.Arbitrary<string>> = {
	'idempotency-key': fc.oneof(headerText, fc.constantFrom('again', 'again', '"quoted"', 'k'.repeat(256))),
	'webhook-id': fc.oneof(headerText, fc.constant('msg_1')),
	prefer: fc.oneof(headerText, fc.constantFrom('respond-async', 'respond-async, wait=5', 'wait=-1')),
	traceparent: fc.oneof(headerText, fc.constantFrom('00-00000000000000000000000000000000-0000000000000000-00', 'ff-x')),
	'if-none-match': fc.oneof(headerText, fc.constant('*')),
	'if-modified-since': fc.oneof(headerText, fc.constant('Thu, 01 Jan 2099 00:00:00 GMT')),
	range: fc.oneof(headerText, fc.constantFrom('bytes=0-0', 'bytes=-1', 'bytes=5-2,0-0')),
	accept: fc.oneof(headerText, fc.constantFrom('text/html', 'application/xml', '*/*;q=0')),
	authorization: fc.oneof(headerText, fc.constantFrom('Bearer', 'Basic eDp5', `Bearer ${CANARY}`)),
	'x-api-key': headerText,
	'content-type': fc.oneof(
		headerText,
		fc.constantFrom(
			'text/plain',
			'application/json; charset=utf-16',
			'application/json; charset="',
			'multipart/form-data',
		),
		fc.constantFrom('application/x-www-form-urlencoded', 'application/problem+json', 'application/json;charset=latin1'),
	),
	'content-encoding': fc.oneof(headerText, fc.constantFrom('gzip', 'br', 'deflate', 'identity', 'gzip, gzip', 'zstd')),
	'x-http-method-override': fc.constantFrom('DELETE', 'PUT'),
	'x-forwarded-for': headerText,
	cookie: headerText,
	origin: fc.oneof(headerText, fc.constant('https://evil.example')),
};

/** Few at a time: some of them refuse a request before anything else of it is looked at. */
const hostileHeaders = fc
	.subarray(Object.keys(HEADERS), { maxLength: 3 })
	.chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, HEADERS[name]]))));
