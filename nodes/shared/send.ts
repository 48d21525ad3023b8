import type { IExecuteFunctions, IHookFunctions, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';
import { TriageError } from '../../core/errors';
import type { HttpRequest, HttpResponse, Send } from '../../core/http';
import { isRecord } from '../../core/json';
import { headersOf } from './sign';

const TIMEOUT_MS = 60_000;

/** Whoever may send: a run of the node, a list of its form, or what (de)activating a workflow runs. */
type SendContext = IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions;

/** How n8n's two request helpers are alike. */
type Perform = (options: IHttpRequestOptions) => Promise<unknown>;

/** The port to a system, `who` in messages; with a type of credential n8n adds to each request what signs in. */
export function createSend(context: SendContext, who: string, credential: string | null = null): Send {
	const { helpers } = context;
	const perform: Perform =
		credential === null
			? async (options) => (await helpers.httpRequest(options)) as unknown
			: async (options) => (await helpers.httpRequestWithAuthentication.call(context, credential, options)) as unknown;
	return async (request) => {
		const answer = await perform(optionsFor(context, request)).catch((cause: unknown) => unreachable(who, cause));
		return readAnswer(who, answer);
	};
}

/** The port to Gemini: n8n adds the key of the credential. */
export function createGeminiSend(context: SendContext): Send {
	return createSend(context, 'Gemini', 'triageGeminiApi');
}

function optionsFor(context: SendContext, request: HttpRequest): IHttpRequestOptions {
	const { method, url, body } = request;
	return {
		method,
		url,
		body,
		headers: headersOf(request, Date.now()),
		timeout: TIMEOUT_MS,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		json: false,
		encoding: 'text',
		abortSignal: 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined,
	};
}

/** The cause is not quoted: it may hold the request. */
function unreachable(who: string, cause: unknown): never {
	throw new TriageError('unavailable', `${who} could not be reached`, { retryable: true, cause });
}

function readAnswer(who: string, answer: unknown): HttpResponse {
	if (!isRecord(answer) || typeof answer.statusCode !== 'number') return unreachable(who, answer);
	const { statusCode, headers, body } = answer;
	return {
		status: statusCode,
		headers: Object.fromEntries(
			Object.entries(isRecord(headers) ? headers : {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
		),
		body: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
	};
}
