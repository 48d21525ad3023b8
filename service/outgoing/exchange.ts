import type { Dispatcher } from 'undici';
import type { HttpResponse } from '../../core/http';

const LONGEST_BODY = 1024 * 1024;

/** How far a request came. */
export interface Exchange {
	/** Whether it was put on a connection: from then on it may have had its effect. */
	sent: boolean;
	/** What there is of an answer, once its status is known. */
	response: HttpResponse | null;
	/** What ended it early; null where the answer is whole, or longer than is read. */
	error: Error | null;
}

/**
 * Sends a request once, and never again, and waits `timeoutMs` in all for the whole answer. Reads 1 MiB of it and closes
 * the connection on the rest. Never rejects.
 */
export function exchange(
	dispatcher: Dispatcher,
	request: Dispatcher.DispatchOptions,
	timeoutMs: number,
): Promise<Exchange> {
	return new Promise((resolve) => {
		const body = cappedBody();
		let connection: Dispatcher.DispatchController | null = null;
		let head: Omit<HttpResponse, 'body'> | null = null;
		let ended = false;
		const end = (error: Error | null): void => {
			if (ended) return;
			ended = true;
			clearTimeout(timer);
			resolve({ sent: connection !== null, response: head && { ...head, body: body.text() }, error });
		};
		const endEarly = (error: Error | null): void => {
			end(error);
			connection?.abort(error ?? new Error('enough was read'));
		};
		const timer = setTimeout(() => endEarly(coded('ETIMEDOUT')), timeoutMs);
		dispatcher.dispatch(request, {
			onRequestStart(controller) {
				// Nothing of the request is written yet: one that was given up meanwhile, or was sent before, is stopped here.
				if (ended || connection !== null) controller.abort(coded('ECANCELED'));
				else connection = controller;
			},
			onResponseStart(_controller, status, headers) {
				if (status >= 200) head = { status, headers: flatten(headers) };
			},
			onResponseData(_controller, chunk) {
				if (body.add(chunk) > LONGEST_BODY) endEarly(null);
			},
			onResponseEnd: () => end(null),
			onResponseError: (_controller, error) => end(error),
		});
	});
}

function coded(code: string): Error {
	return Object.assign(new Error('the request was ended here'), { code });
}

function cappedBody() {
	const chunks: Buffer[] = [];
	let length = 0;
	return {
		/** The length so far, in bytes. */
		add(chunk: Buffer): number {
			chunks.push(chunk);
			length += chunk.length;
			return length;
		},
		text: () => Buffer.concat(chunks).subarray(0, LONGEST_BODY).toString('utf8'),
	};
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
