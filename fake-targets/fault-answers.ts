import type { Fault } from './faults';
import type { TargetAnswer } from './target';

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const TOO_MANY = { status: 429, body: 'Too many requests' };
const INTERNAL: TargetAnswer = { status: 500, body: 'Internal server error' };

/** What stands in the place of the system's own answer; undefined where the fault leaves that, or ends without one. */
export function faultAnswer(fault: Fault, retryAfterSeconds: number): TargetAnswer | undefined {
	const answers: Partial<Record<Fault, TargetAnswer>> = {
		rate_limited: { ...TOO_MANY, headers: { 'retry-after': String(Math.ceil(retryAfterSeconds)) } },
		rate_limited_bare: TOO_MANY,
		rate_limited_date: { ...TOO_MANY, headers: { 'retry-after': dateIn(retryAfterSeconds) } },
		error_before: INTERNAL,
		error_after: INTERNAL,
		unavailable: { status: 503, body: 'The service is down for maintenance' },
		gateway: { status: 502, headers: HTML, body: page('502 Bad Gateway', '<hr>proxy') },
		html: { status: 200, headers: HTML, body: page('Log in', '<form action="/login"><input name="user"></form>') },
		redirect: { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' }, body: '' },
	};
	return answers[fault];
}

/** A date of HTTP has whole seconds: the next one, so that nobody who heeds it comes too early. */
function dateIn(seconds: number): string {
	return new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000).toUTCString();
}

function page(title: string, content: string): string {
	return `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1>${content}</body></html>\n`;
}
