import type { Classifier } from '../classification';
import type { Department } from '../departments';
import { readGeminiAnswer } from './answer';
import { geminiRequest } from './request';
import type { GeminiRequest } from './wire';

export interface GeminiOptions {
	departments: readonly Department[];
	/** Sends the request and resolves with the JSON of a 200. @throws TriageError for everything else */
	generate: (request: GeminiRequest) => Promise<unknown>;
	/** A marker no ticket can know, new for each request. */
	newMarker: () => string;
}

export function createGeminiClassifier({ departments, generate, newMarker }: GeminiOptions): Classifier {
	return {
		name: 'gemini',
		classify: async (ticket) =>
			readGeminiAnswer(await generate(geminiRequest(ticket, departments, newMarker())), departments),
	};
}
