import { NodeApiError, type ILoadOptionsFunctions, type INode, type INodeListSearchResult } from 'n8n-workflow';
import { TriageError } from '../../core/errors';
import { geminiError } from '../../core/gemini/errors';
import { DEFAULT_GEMINI_BASE_URL } from '../../core/gemini/request';
import type { Send } from '../../core/http';
import { isRecord, readJson, type JsonRecord } from '../../core/json';
import { withoutEnd } from '../../core/text';
import { createGeminiSend } from '../shared/send';

/** The list does not say what a model takes and gives: these read or write something else than text, or only live. */
const SPECIAL = /embedding|image|tts|audio|live|robotics|computer-use|omni|veo|lyria/iu;

/** For the parameter Model: those of the credential's Gemini that answer text with text. @throws NodeApiError */
export async function searchModels(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const { baseUrl } = await this.getCredentials('triageGeminiApi');
	const site = withoutEnd(String(baseUrl ?? '').trim() || DEFAULT_GEMINI_BASE_URL, '/');
	const page = paginationToken ? `&pageToken=${encodeURIComponent(paginationToken)}` : '';
	const url = `${site}/v1beta/models?pageSize=1000${page}`;
	return await list(createGeminiSend(this), url).then(
		(answer) => pageOf(answer, filter),
		(error: unknown) => refuse(this.getNode(), error),
	);
}

async function list(send: Send, url: string): Promise<unknown> {
	const response = await send({ method: 'GET', url, headers: {} });
	if (response.status !== 200) throw geminiError(response, Date.now());
	return readJson(response.body);
}

function refuse(node: INode, error: unknown): never {
	if (!(error instanceof TriageError)) throw error;
	const { message, status } = error;
	const description = 'Check the base URL and the API key of the credential, or give the model by its name.';
	throw new NodeApiError(node, { message }, { message, description, ...(status && { httpCode: String(status) }) });
}

function pageOf(answer: unknown, filter: string): INodeListSearchResult {
	const { models, nextPageToken } = isRecord(answer) ? answer : {};
	const wanted = filter.trim().toLowerCase();
	const names = (Array.isArray(models) ? models.filter(isRecord) : [])
		.map((model) => ({ ...model, name: typeof model.name === 'string' ? model.name : '' }))
		.filter(answersText)
		.map(({ name }) => name.replace(/^models\//u, ''))
		.filter((name) => name.toLowerCase().includes(wanted))
		.sort();
	return {
		results: names.map((name) => ({ name, value: name })),
		...(typeof nextPageToken === 'string' && nextPageToken !== '' && { paginationToken: nextPageToken }),
	};
}

function answersText({ name, supportedGenerationMethods: methods }: JsonRecord & { name: string }): boolean {
	const generates = Array.isArray(methods) && methods.includes('generateContent');
	return generates && /^(?:models\/)?gemini-/u.test(name) && !SPECIAL.test(name);
}
