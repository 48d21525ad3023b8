import { randomUUID } from 'node:crypto';
import { GoogleGenerativeAI, GoogleGenerativeAIFetchError, type GenerateContentRequest } from '@google/generative-ai';
import type { Classifier } from '../core/classification';
import type { Department } from '../core/departments';
import { TriageError } from '../core/errors';
import { createGeminiClassifier } from '../core/gemini';
import { geminiError } from '../core/gemini/answer';
import type { GeminiRequest } from '../core/gemini/wire';
import type { Metrics } from './metrics';

export interface GeminiAccess {
	apiKey: string;
	model: string;
	baseUrl: string;
}

const TIMEOUT_MS = 15_000;

/** Gemini for the service. This file alone knows the SDK, which sends; the core writes the body and reads the answer. */
export function createServiceGemini(
	access: GeminiAccess,
	departments: readonly Department[],
	metrics: Metrics,
): Classifier {
	const model = new GoogleGenerativeAI(access.apiKey).getGenerativeModel(
		{ model: access.model },
		{ baseUrl: access.baseUrl, apiVersion: 'v1beta' },
	);
	const generate = async (request: GeminiRequest): Promise<unknown> => {
		const outcome = await attempt(async () => {
			// The SDK's own timeout leaves a timer behind for every call; a signal of ours does not.
			const signal = AbortSignal.timeout(TIMEOUT_MS);
			const { response } = await model.generateContent(request as unknown as GenerateContentRequest, { signal });
			return response;
		});
		metrics.externalCalls.inc({ system: 'gemini', outcome: 'error' in outcome ? outcome.error.code : 'success' });
		if ('error' in outcome) throw outcome.error;
		return outcome.value;
	};
	return createGeminiClassifier({ departments, generate, newMarker: randomUUID });
}

async function attempt<T>(run: () => Promise<T>): Promise<{ value: T } | { error: TriageError }> {
	try {
		return { value: await run() };
	} catch (error) {
		return { error: toTriageError(error) };
	}
}

/** The SDK's messages quote the request's address and Google's words, so neither is passed on. */
function toTriageError(error: unknown): TriageError {
	if (error instanceof GoogleGenerativeAIFetchError && error.status !== undefined) {
		const { status, errorDetails } = error;
		return geminiError({ status, headers: {}, body: JSON.stringify({ error: { details: errorDetails } }) });
	}
	return new TriageError('unavailable', 'Gemini gave no answer: the connection failed or took too long', {
		retryable: true,
	});
}
