import { Router, type Request, type Response } from 'express';
import type { Logger } from '../logger';
import type { Erasing } from '../pipeline/erasing';
import { callerOf } from './access';
import { jsonBody } from './body';
import { erasureBody } from './erasing-schemas';
import { methodNotAllowed, validated } from './problems';

export interface ErasingRoutesDeps {
	erasing: Erasing;
	log: Logger;
}

const SMALL = '10kb';
const AGAIN_SECONDS = '5';

/** What somebody reported is erased because they ask for it. */
export function erasingRoutes(deps: ErasingRoutesDeps): Router {
	const router = Router();
	router
		.route('/tickets/erase')
		.post(...jsonBody(SMALL), async (request, response) => erase(request, response, deps))
		.all(methodNotAllowed('POST'));
	return router;
}

async function erase(request: Request, response: Response, { erasing, log }: ErasingRoutesDeps): Promise<void> {
	const { email } = validated(erasureBody, request.body);
	const by = callerOf(response);
	const outcome = await erasing.eraseReporter(email, by);
	log.info({ ...outcome, caller: by }, "texts of a reporter's tickets erased");
	if (outcome.working > 0 || outcome.more) response.set('Retry-After', AGAIN_SECONDS);
	response.json(outcome);
}
