import type { RequestHandler } from 'express';
import { HttpProblem } from './problems';

/** A process that only works (WORKER=only) shows what there is and takes nothing. */
export function refuseUnlessReceiving(receives: boolean): RequestHandler {
	return (request, _response, next) => {
		if (receives || request.method === 'GET' || request.method === 'HEAD') return next();
		throw new HttpProblem(503, 'This process works on tickets and takes none (WORKER=only): send it to one that does');
	};
}
