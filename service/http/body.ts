import express, { type RequestHandler } from 'express';
import { HttpProblem } from './problems';

const JSON_TYPES = ['application/json', 'application/*+json'];

/** Reads a JSON body of at most `limit`. */
export function jsonBody(limit: string): RequestHandler[] {
	return [requireJson, express.json({ limit, type: JSON_TYPES, strict: false })];
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
