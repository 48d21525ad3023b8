import { NodeApiError, type ILoadOptionsFunctions, type INodeListSearchResult } from 'n8n-workflow';
import { geminiError } from '../../core/gemini/errors';
import { DEFAULT_GEMINI_BASE_URL } from '../../core/gemini/request';
import { isRecord, readJson, type JsonRecord } from '../../core/json';

const TIMEOUT_MS = 20_000;

/** The list does not say what a model takes and gives: these read or write something else than text, or only live. */
const SPECIAL = /embedding|image|tts|audio|live|robotics|computer-use|omni|veo|lyria/iu;

/** For the parameter Model: those of the credential's Gemini that answer text with text. @throws NodeApiError */
export async function searchModels(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const { baseUrl } = await this.getCredentials('triageGeminiApi');
	const site = (String(baseUrl ?? '').trim() || DEFAULT_GEMINI_BASE_URL).replace(/\/+$/u, '');
	const answer: unknown = await this.helpers.httpRequestWithAuthentication.call(this, 'triageGeminiApi', {
		url: `${site}/v1beta/models`,
		qs: { pageSize: 1000, ...(paginationToken && { pageToken: paginationToken }) },
		timeout: TIMEOUT_MS,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		json: false,
		encoding: 'text',
	});
	const { statusCode = 0, body = '' } = answer as { statusCode?: number; body?: unknown };
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	if (statusCode !== 200) {
		const { message } = geminiError({ status: statusCode, headers: {}, body: text }, Date.now());
		const description = 'Check the base URL and the API key of the credential, or give the model by its name.';
		throw new NodeApiError(this.getNode(), { message }, { message, description, httpCode: String(statusCode) });
	}
	return pageOf(readJson(text), filter);
}

function pageOf(answer: unknown, filter: string): INodeListSearchResult {
	const { models, nextPageToken } = isRecord(answer) ? answer : {};
	const wanted = filter.trim().toLowerCase();
	const names = (Array.isArray(models) ? models.filter(isRecord) : [])
		.filter(answersText)
		.map(({ name }) => String(name).replace(/^models\//u, ''))
		.filter((name) => name.toLowerCase().includes(wanted))
		.sort();
	return {
		results: names.map((name) => ({ name, value: name })),
		...(typeof nextPageToken === 'string' && nextPageToken !== '' && { paginationToken: nextPageToken }),
	};
}

function answersText({ name, supportedGenerationMethods: methods }: JsonRecord): boolean {
	const generates = Array.isArray(methods) && methods.includes('generateContent');
	return generates && /^(?:models\/)?gemini-/u.test(String(name)) && !SPECIAL.test(String(name));
}
