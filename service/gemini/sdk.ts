import { GoogleGenerativeAI, GoogleGenerativeAIFetchError, type GenerateContentRequest } from '@google/generative-ai';
import { TriageError } from '../../core/errors';
import type { Generate } from '../../core/gemini/ask';
import { geminiError } from '../../core/gemini/errors';
import { withoutEnd } from '../../core/text';
import { traceHeaders } from '../tracing/context';
import { withBoundedFetch } from './bounded-fetch';
import { closingError } from './closing';

export interface SdkOptions {
	apiKey: string;
	model: string;
	baseUrl: string;
	/** From sending to the end of the answer. */
	timeoutMs: number;
	/** Ends every call when the service does. */
	signal?: AbortSignal;
	/** Milliseconds since 1970. */
	now: () => number;
}

/** One request to Gemini, sent once. The SDK is known here alone: it sends, the core writes and reads. */
export function createGenerate({ apiKey, model, baseUrl, timeoutMs, signal, now }: SdkOptions): Generate {
	const sdk = new GoogleGenerativeAI(apiKey).getGenerativeModel(
		{ model },
		{ baseUrl: withoutEnd(baseUrl, '/'), apiVersion: 'v1beta' },
	);
	return async (request) => {
		// The SDK does not notice a signal that was aborted before.
		if (signal?.aborted) throw closingError();
		const own = new AbortController();
		const timer = setTimeout(() => own.abort(), timeoutMs);
		try {
			const either = AbortSignal.any(signal ? [own.signal, signal] : [own.signal]);
			const asked = request as unknown as GenerateContentRequest;
			const options = { signal: either, customHeaders: traceHeaders() };
			const { response } = await withBoundedFetch(() => sdk.generateContent(asked, options));
			return response;
		} catch (error) {
			if (signal?.aborted) throw closingError();
			throw own.signal.aborted ? noAnswer(`within ${timeoutMs / 1000} s`) : toTriageError(error, now());
		} finally {
			clearTimeout(timer);
			// Node keeps a combined signal, with the listener the SDK leaves on it, until it is aborted.
			own.abort();
		}
	};
}

/** The SDK's messages quote the request's address and Google's words, so neither is passed on. */
function toTriageError(error: unknown, now: number): TriageError {
	if (error instanceof TriageError) return error;
	if (error instanceof GoogleGenerativeAIFetchError && error.status !== undefined) {
		const { status, errorDetails } = error;
		return geminiError({ status, headers: {}, body: JSON.stringify({ error: { details: errorDetails } }) }, now);
	}
	const { name } = (error ?? {}) as { name?: unknown };
	if (name === 'SyntaxError') {
		return new TriageError('unreadable', 'Gemini gave no usable answer: it was not JSON', { status: 200 });
	}
	return noAnswer('because the connection failed');
}

function noAnswer(why: string): TriageError {
	return new TriageError('unavailable', `Gemini gave no answer ${why}`, { retryable: true });
}
