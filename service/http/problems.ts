import { STATUS_CODES, type Server } from 'node:http';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { shorten } from '../../core/text';
import type { Logger } from '../logger';
import { seldom } from '../seldom';
import { outageOf } from '../store/outages';

export interface FieldProblem {
	/** Where in the request, as `tickets.3.title`; empty for the whole. */
	field: string;
	message: string;
}

/** A problem as RFC 9457 has it. */
export interface Problem {
	type: 'about:blank';
	title: string;
	status: number;
	detail: string;
	errors?: FieldProblem[];
}

/** Thrown by handlers; answered as application/problem+json. */
export class HttpProblem extends Error {
	override readonly name = 'HttpProblem';
	constructor(
		readonly status: number,
		readonly detail: string,
		readonly extra: { errors?: FieldProblem[]; headers?: Record<string, string> } = {},
	) {
		super(detail);
	}
}

export function problemBody(status: number, detail: string, errors?: FieldProblem[]): Problem {
	return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...(errors && { errors }) };
}

export function sendProblem(response: Response, status: number, detail: string, errors?: FieldProblem[]): void {
	response
		.status(status)
		.type('application/problem+json')
		.send(JSON.stringify(problemBody(status, detail, errors)));
}

/** What was read by the schema, or a 422 that names everything wrong. */
export function validated<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	throw new HttpProblem(422, 'The request has fields that cannot be accepted', { errors: fieldProblems(parsed.error) });
}

const MOST_UNKNOWN_NAMED = 20;

/** Each problem by its field, also those of fields nobody knows. */
export function fieldProblems(error: z.ZodError): FieldProblem[] {
	return error.issues.flatMap((issue) => {
		if (issue.code !== 'unrecognized_keys')
			return [{ field: issue.path.map(String).join('.'), message: issue.message }];
		return issue.keys.slice(0, MOST_UNKNOWN_NAMED).map((key) => ({
			field: shorten(key, 100),
			message: 'is not a field of this request',
		}));
	});
}

export const notFound: RequestHandler = (_request, response) => {
	sendProblem(response, 404, `There is nothing at this address. GET /docs shows what there is`);
};

export function methodNotAllowed(allow: string): RequestHandler {
	return (_request, response) => {
		response.set('Allow', allow);
		sendProblem(response, 405, `This address answers ${allow}`);
	};
}

/** When to come again to a database that does nothing now. */
export const COME_AGAIN = { 'Retry-After': '5' };
/** What is gone is gone for every request: that is said once in a while. */
export const COMPLAINT_EVERY_MS = 10_000;

/** The one place where an error becomes an answer. What is no problem of the caller's is logged and answered bare. */
export function errorHandler(log: Logger): ErrorRequestHandler {
	const complain = seldom(COMPLAINT_EVERY_MS);
	return (error: unknown, _request: Request, response: Response, next) => {
		if (response.headersSent) return next(error);
		if (error instanceof HttpProblem) {
			response.set(error.extra.headers ?? {});
			return sendProblem(response, error.status, error.detail, error.extra.errors);
		}
		const outage = outageOf(error);
		if (outage !== null) {
			complain((leftOut) => log.error({ error, left_out: leftOut }, 'the database failed requests'));
			response.set(COME_AGAIN);
			return sendProblem(response, 503, `The database does not do this now (${outage}): send it again later`);
		}
		const known = knownError(error);
		if (known) return sendProblem(response, known[0], known[1]);
		log.error({ error, request_id: response.locals.requestId as unknown }, 'request hit a bug');
		sendProblem(response, 500, 'Something went wrong on this side. The log has it under the request id');
	};
}

const BODY_ERRORS: Record<string, [number, string]> = {
	'entity.parse.failed': [400, 'The body is not valid JSON'],
	'entity.too.large': [413, 'The body is larger than this address accepts'],
	'encoding.unsupported': [415, 'This content encoding is not supported: send it plain, gzip, deflate or br'],
	'charset.unsupported': [415, 'JSON is sent in UTF-8'],
	'request.aborted': [400, 'The connection ended before the body did'],
	'request.size.invalid': [400, 'The body is not as long as Content-Length says'],
};

function knownError(error: unknown): [number, string] | undefined {
	if (error instanceof URIError) return [400, 'The address has a % that is not followed by a valid code'];
	const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
	if (typeof type === 'string' && Object.hasOwn(BODY_ERRORS, type)) return BODY_ERRORS[type];
	if (typeof status === 'number' && status >= 400 && status < 500) return [status, 'The request could not be read'];
	return undefined;
}

/** What is no HTTP at all never reaches Express. */
export function answerBrokenRequests(server: Server): void {
	server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
		if (!socket.writable || error.code === 'ECONNRESET') return socket.destroy();
		const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
		const body = JSON.stringify(
			problemBody(status, 'The request is not valid HTTP, too slow, or its headers are too long'),
		);
		const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\nConnection: close\r\n`;
		socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
	});
}
