import { geminiError } from '../../core/gemini/errors';
import type { HttpResponse, Send } from '../../core/http';
import { isRecord, readJson } from '../../core/json';
import { withoutEnd } from '../../core/text';
import type { Logger } from '../logger';

export interface ModelCheckOptions {
	access: { apiKey: string; model: string; baseUrl: string };
	send: Send;
	log: Pick<Logger, 'warn' | 'info'>;
	/** Milliseconds since 1970. */
	now: () => number;
}

export interface ModelCheck {
	/** Looks at once, and then again and again. */
	start(): void;
	/** What is wrong with the model or the key and what to do, or null; also where nobody could tell yet. */
	problem(): string | null;
	stop(): void;
}

const INTERVAL_MS = 10 * 60_000;
const MOST_NAMED = 8;

/** Whether the model that is set exists and the key may use it: Google retires models. It never throws. */
export function createModelCheck({ access, send, log, now }: ModelCheckOptions): ModelCheck {
	let problem: string | null = null;
	let timer: NodeJS.Timeout | undefined;

	const get = (path: string): Promise<HttpResponse> =>
		send({
			method: 'GET',
			url: `${withoutEnd(access.baseUrl, '/')}/v1beta/${path}`,
			headers: { 'x-goog-api-key': access.apiKey },
		});

	async function look(): Promise<void> {
		const found = await findProblem(access.model, get, now).catch(whatKeepsUsInTheDark);
		if (timer === undefined || found === undefined || found === problem) return;
		problem = found;
		if (problem === null) log.info('Gemini takes the model and the key again');
		else log.warn({ problem }, 'Gemini cannot be asked: the local model decides');
	}

	return {
		start() {
			timer ??= setInterval(() => void look(), INTERVAL_MS).unref();
			void look();
		},
		problem: () => problem,
		stop() {
			clearInterval(timer);
			timer = undefined;
		},
	};
}

/** No answer says nothing of the model. */
function whatKeepsUsInTheDark(): undefined {
	return undefined;
}

/** Undefined where the answer says nothing of model or key. */
async function findProblem(
	model: string,
	get: (path: string) => Promise<HttpResponse>,
	now: () => number,
): Promise<string | null | undefined> {
	const response = await get(pathOf(model));
	if (response.status === 200) return null;
	if (response.status === 404) return unknownModel(model, await get('models?pageSize=1000').catch(() => null));
	const { retryable, message } = geminiError(response, now());
	return response.status >= 400 && !retryable ? message : undefined;
}

function pathOf(model: string): string {
	const name = model.includes('/') ? model : `models/${model}`;
	return name.split('/').map(encodeURIComponent).join('/');
}

function unknownModel(model: string, list: HttpResponse | null): string {
	const names = list?.status === 200 ? usableModels(readJson(list.body)) : [];
	const others = names.length === 0 ? '' : ` These exist: ${names.slice(0, MOST_NAMED).join(', ')}.`;
	return `The model "${model}" does not exist or is retired.${others} Set GEMINI_MODEL.`;
}

/** Those that write text, cheap and fast ones first. */
function usableModels(answer: unknown): string[] {
	const models = isRecord(answer) && Array.isArray(answer.models) ? answer.models.filter(isRecord) : [];
	const names = models
		.filter(({ supportedGenerationMethods: can }) => Array.isArray(can) && can.includes('generateContent'))
		.map(({ name }) => (typeof name === 'string' ? name.replace(/^models\//, '') : ''))
		.filter((name) => /^[\w./-]{1,80}$/.test(name));
	const isFlash = (name: string): boolean => name.includes('flash');
	return [...names.filter(isFlash), ...names.filter((name) => !isFlash(name))];
}
