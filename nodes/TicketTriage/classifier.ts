import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Classifier } from '../../core/classification';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { createGeminiClassifier } from '../../core/gemini';
import { geminiError } from '../../core/gemini/answer';
import { DEFAULT_GEMINI_BASE_URL, DEFAULT_GEMINI_MODEL, geminiHttpRequest } from '../../core/gemini/request';
import { readJson } from '../../core/json';
import { createLocalClassifier } from '../../core/local';
import { createGeminiSend } from '../shared/send';

/** Gives each item its classifier: the engine is the same for all of them, Gemini's model may differ. */
export function createClassifiers(context: IExecuteFunctions): (index: number) => Classifier {
	if (context.getNodeParameter('engine', 0, 'local') !== 'gemini') {
		const local = createLocalClassifier(DEFAULT_DEPARTMENTS);
		return () => local;
	}
	const send = createGeminiSend(context);
	let baseUrl: Promise<string> | undefined;
	return (index) =>
		createGeminiClassifier({
			departments: DEFAULT_DEPARTMENTS,
			newMarker: randomUUID,
			generate: async (request) => {
				baseUrl ??= readBaseUrl(context);
				const model = String(context.getNodeParameter('model', index, '') ?? '').trim() || DEFAULT_GEMINI_MODEL;
				const response = await send(geminiHttpRequest(await baseUrl, model, request));
				if (response.status !== 200) throw geminiError(response);
				return readJson(response.body);
			},
		});
}

async function readBaseUrl(context: IExecuteFunctions): Promise<string> {
	const { baseUrl } = await context.getCredentials('triageGeminiApi');
	return String(baseUrl ?? '').trim() || DEFAULT_GEMINI_BASE_URL;
}
