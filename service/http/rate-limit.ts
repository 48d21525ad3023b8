import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { claimedBy } from './access';
import { HttpProblem } from './problems';

const MINUTE_MS = 60_000;

/**
 * At most `perMinute` requests for each key and address in this process; 0 for any number. After `identify`: whoever guesses
 * keys shuts out nobody who has one. RateLimit headers say how many are left.
 */
export function limitRate(perMinute: number): RequestHandler {
	if (perMinute === 0) return (_request, _response, next) => next();
	return rateLimit({
		windowMs: MINUTE_MS,
		limit: perMinute,
		standardHeaders: 'draft-8',
		legacyHeaders: false,
		keyGenerator: clientOf,
		// It would say on standard error what is decided here on purpose: TRUST_PROXY is the user's.
		validate: false,
		handler: (_request, _response, next) => {
			next(new HttpProblem(429, `More than ${perMinute} requests in a minute: come again after Retry-After`));
		},
	});
}

/**
 * Without a key that anybody could make up; whoever says that they sign is counted apart from whoever guesses keys. Of IPv6
 * the network, as one machine has as many addresses as it likes.
 */
function clientOf(request: Request, response: Response): string {
	return `${claimedBy(response) ?? ''} ${ipKeyGenerator(request.ip ?? '')}`;
}
