import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { NEVER_ENOUGH, type Classifiers } from '../../core/classify';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { createGeminiClassifier } from '../../core/gemini';
import { askAlone, type Generate } from '../../core/gemini/ask';
import { geminiError } from '../../core/gemini/errors';
import { DEFAULT_GEMINI_MODEL } from '../../core/gemini/models';
import { DEFAULT_GEMINI_BASE_URL, geminiHttpRequest } from '../../core/gemini/request';
import type { Send } from '../../core/http';
import { readJson } from '../../core/json';
import { createLocalClassifier } from '../../core/local';
import { withRetries, type Patience } from '../../core/retry';
import { createGeminiSend } from '../shared/send';
import { createWait } from '../shared/wait';

const PATIENCE = { maxAttempts: 4, maxWaitMs: 60_000, firstBackoffMs: 1000, random: Math.random };

/** Gives each item its classifiers: the engine is the same for all of them, Gemini's model may differ. */
export function createClassifiers(context: IExecuteFunctions): (index: number) => Classifiers {
	const local = createLocalClassifier(DEFAULT_DEPARTMENTS);
	// Whoever chose Gemini is to hear of its errors, by the rules of On Error.
	const common = { local, cutoff: NEVER_ENOUGH, fallBack: false, departments: DEFAULT_DEPARTMENTS };
	if (context.getNodeParameter('engine', 0, 'local') !== 'gemini') return () => common;
	const send = createGeminiSend(context);
	const patience: Patience = { ...PATIENCE, sleep: createWait(context) };
	let baseUrl: Promise<string> | undefined;
	return (index) => {
		const model = String(context.getNodeParameter('model', index, '') ?? '').trim() || DEFAULT_GEMINI_MODEL;
		baseUrl ??= readBaseUrl(context);
		const generate = generateWith(send, model, baseUrl);
		const deps = { departments: DEFAULT_DEPARTMENTS, model, generate, newMarker: randomUUID };
		const ask = createGeminiClassifier({
			redact: true,
			ask: async (question) => await withRetries(() => askAlone(question, deps), patience),
		});
		return { ...common, gemini: ask };
	};
}

function generateWith(send: Send, model: string, baseUrl: Promise<string>): Generate {
	return async (request) => {
		const response = await send(geminiHttpRequest(await baseUrl, model, request));
		if (response.status !== 200) throw geminiError(response, Date.now());
		return readJson(response.body);
	};
}

async function readBaseUrl(context: IExecuteFunctions): Promise<string> {
	const { baseUrl } = await context.getCredentials('triageGeminiApi');
	return String(baseUrl ?? '').trim() || DEFAULT_GEMINI_BASE_URL;
}
