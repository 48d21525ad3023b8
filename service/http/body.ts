import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { checkSignature, requireChecked } from './access';
import { HttpProblem } from './problems';

const JSON_TYPES = ['application/json', 'application/*+json'];

/** Reads a JSON body of at most `limit`, signed where the caller is known by that alone. */
export function jsonBody(limit: string): RequestHandler[] {
	const read = express.json({ limit, type: JSON_TYPES, strict: false, verify });
	return [requireJson, read, requireChecked];
}

/** Express's own, though their types here are those of Node. */
function verify(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
	checkSignature(request as Request, response as Response, bytes);
}

const requireJson: RequestHandler = (request, _response, next) => {
	const type = request.is(JSON_TYPES);
	if (type === null) throw new HttpProblem(400, 'A JSON body is needed');
	if (type === false) throw new HttpProblem(415, 'Send the body as Content-Type: application/json');
	next();
};

/** No body at all is an empty object. */
export function optionalBody(limit: string): RequestHandler[] {
	return jsonBody(limit).map((handler): RequestHandler => (request, response, next) => {
		const isEmpty = !request.get('transfer-encoding') && Number(request.get('content-length') ?? 0) === 0;
		if (!isEmpty) return handler(request, response, next);
		request.body = {};
		next();
	});
}
