import { AsyncLocalStorage } from 'node:async_hooks';
import { TriageError } from '../../core/errors';

const LONGEST_BODY = 1024 * 1024;

const bounded = new AsyncLocalStorage<true>();
const plainFetch = globalThis.fetch;

// The SDK takes no fetch but the global one. Whoever else calls that is served as before.
globalThis.fetch = (input, init) => (bounded.getStore() ? fetchBounded(input, init) : plainFetch(input, init));

/**
 * What `work` fetches follows no redirect, which would take the API key and the tickets wherever an answer says, and reads
 * no more than 1 MiB, counted as it is unpacked.
 */
export function withBoundedFetch<T>(work: () => Promise<T>): Promise<T> {
	return bounded.run(true, work);
}

async function fetchBounded(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
	const { body, status, headers } = await plainFetch(input, { ...init, redirect: 'manual' });
	// Without the words beside the status, which nobody reads, and of which Response takes fewer than servers send.
	return new Response(body && body.pipeThrough(cap()), { status, headers });
}

function cap(): TransformStream<Uint8Array, Uint8Array> {
	let read = 0;
	return new TransformStream({
		transform(chunk, controller) {
			read += chunk.byteLength;
			if (read <= LONGEST_BODY) return controller.enqueue(chunk);
			const reason = 'Gemini gave no usable answer: it was longer than 1 MiB';
			controller.error(new TriageError('unreadable', reason, { status: 200 }));
		},
	});
}
