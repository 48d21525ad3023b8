import type { Logger } from '../logger';
import { logCall } from '../tracing/call-log';
import type { Observe } from './attempt';

/** Passes on what is heard of requests to Gemini, and logs it. */
export function logging(observe: Observe, log: Logger): Observe {
	return {
		...observe,
		call(outcome, about) {
			observe.call(outcome, about);
			logCall(log, { system: 'gemini', outcome, ...about });
		},
		retry(waitMs, error) {
			observe.retry(waitMs, error);
			log.warn({ system: 'gemini', code: error.code, status: error.status, wait_ms: waitMs }, 'call to be tried again');
		},
	};
}
