import { randomUUID } from 'node:crypto';
import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { createBatcher, type Keyed } from '../../core/batcher';
import type { Classifier } from '../../core/classification';
import type { Department } from '../../core/departments';
import { TriageError } from '../../core/errors';
import { createGeminiClassifier } from '../../core/gemini';
import { askGemini, type Generate, type Verdict } from '../../core/gemini/ask';
import { geminiError } from '../../core/gemini/errors';
import { DEFAULT_GEMINI_BASE_URL, geminiHttpRequest, type Question } from '../../core/gemini/request';
import { readJson } from '../../core/json';
import { createGeminiSend } from '../shared/send';
import { createWait } from '../shared/wait';
import { createGeminiPatience } from './gemini-patience';
import type { Settings } from './settings';

/** What tickets must have in common to share a request. */
export interface Asked {
	departments: readonly Department[];
	model: string;
}

export interface Gemini {
	/** The classifier for tickets of these departments and this model; all of them share requests and patience. */
	classifierFor(asked: Asked): Classifier;
	/** Ends the waiting, and refuses who has not been asked about. */
	close(): void;
}

/** Gemini, asked about several tickets at once. */
export function createGemini(context: IExecuteFunctions, settings: Settings): Gemini {
	const { batchSize, concurrency, redact } = settings;
	const closing = new AbortController();
	const patience = createGeminiPatience({
		maxWaitMs: settings.maxWaitSeconds * 1000,
		sleep: createWait(context, closing.signal),
		now: Date.now,
		random: Math.random,
	});
	const batcher = createBatcher<Asked & Keyed, Question, Verdict>({
		concurrency,
		batchSize,
		askMany: async ({ departments, model }, questions) => {
			const generate: Generate = async (request) =>
				await patience(async () => await generateOnce(context, model, request));
			return await askGemini(questions, { departments, model, generate, newMarker: randomUUID });
		},
		endOfTurn: async () => await sleep(0),
		closing: () => new TriageError('unavailable', 'Another item stopped the node before this one was asked about'),
	});
	return {
		classifierFor(asked) {
			const group = { ...asked, key: JSON.stringify([asked.model, asked.departments]) };
			return createGeminiClassifier({ redact, ask: async (question) => await batcher.ask(group, question) });
		},
		close() {
			closing.abort();
			batcher.close();
		},
	};
}

async function generateOnce(
	context: IExecuteFunctions,
	model: string,
	request: Parameters<Generate>[0],
): Promise<unknown> {
	const baseUrl = await readBaseUrl(context);
	const response = await createGeminiSend(context)(geminiHttpRequest(baseUrl, model, request));
	if (response.status !== 200) throw geminiError(response, Date.now());
	return readJson(response.body);
}

async function readBaseUrl(context: IExecuteFunctions): Promise<string> {
	const { baseUrl } = await context.getCredentials('triageGeminiApi');
	return String(baseUrl ?? '').trim() || DEFAULT_GEMINI_BASE_URL;
}
