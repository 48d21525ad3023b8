import { setTimeout } from 'node:timers/promises';
import { createRandom } from '../corpus/random';
import { answerQuestion } from './answer';
import { describeModel, generates, listModels } from './models';
import { readQuestion } from './question';
import { MOST_BYTES } from './read-body';
import type { FakeRequest, Records } from './record';
import { hasRetryInfo, refusalOf } from './refusals';
import { distortReply, jsonReply, statusReply, type Reply } from './reply';
import { checkRequest, readRequest } from './request-check';
import { unknownParameter, type Route } from './routes';
import { MISSING_KEY, WRONG_KEY, badRequest, modelNotFound, type Status } from './status';

export interface GeminiSettings {
	apiKey: string;
	latencyMs: number;
	perTicketMs: number;
	models: readonly string[];
	seed: number;
	retryDelaySeconds?: number;
	obedient?: boolean;
}

export interface Asking {
	route: Route;
	/** Null: larger than Google takes. */
	body: string | null;
	/** Takes what was found out. */
	record: FakeRequest;
}

/** What the API answers, after the time that it takes; null where it answers nothing. */
export type Gemini = (asking: Asking) => Promise<Reply | null>;

interface Host {
	records: Records;
	/** Ends all waiting. */
	signal: AbortSignal;
}

export function createGemini(settings: GeminiSettings, host: Host): Gemini {
	// Not the faults' generator: how long to wait must not change which fault comes next.
	const random = createRandom(settings.seed + 1);
	const retryDelay = (): number => settings.retryDelaySeconds ?? 1 + random();
	return async (asking) => {
		const refusal = refuse(asking, settings);
		if (refusal) return refusedReply(refusal, asking);
		const { route } = asking;
		if (route.kind === 'models') return statusOrJson(listModels(settings.models, route.query));
		if (route.kind === 'model') return jsonReply(200, describeModel(route.model));
		return generate(asking, route.model, { settings, host, retryDelay });
	};
}

/** What is wrong before the body is looked at. */
function refuse({ route, body, record }: Asking, { apiKey, models }: GeminiSettings): Status | null {
	const key = record.headers['x-goog-api-key'];
	if (key === undefined || key === '') return MISSING_KEY;
	if (key !== apiKey) return WRONG_KEY;
	const parameter = unknownParameter(route, record.path);
	if (parameter !== undefined) return unknownQuery(parameter);
	if (body === null) return badRequest(`Request payload size exceeds the limit: ${MOST_BYTES} bytes.`, []);
	if (route.kind === 'model' && !models.includes(route.model)) return modelNotFound(route.model);
	return null;
}

/** The fault drawn for a request that is wrong by itself does not strike. */
function refusedReply(error: Status, { record }: Asking): Reply {
	record.fault = null;
	return statusReply(error);
}

function unknownQuery(name: string): Status {
	const description =
		`Invalid JSON payload received. Unknown name ${JSON.stringify(name)}: ` +
		`Cannot bind query parameter. Field '${name}' could not be found in request message.`;
	return badRequest(description, [{ description }]);
}

function statusOrJson(value: Status | object): Reply {
	return 'code' in value ? statusReply(value) : jsonReply(200, value);
}

interface Context {
	settings: GeminiSettings;
	host: Host;
	retryDelay: () => number;
}

async function generate(asking: Asking, model: string, context: Context): Promise<Reply | null> {
	const { body, record } = asking;
	const { settings, host, retryDelay } = context;
	const wait = (ms: number): Promise<void> => setTimeout(ms, undefined, { signal: host.signal });
	const read = readRequest(body ?? '');
	if ('refusal' in read) return refusedReply(read.refusal, asking);
	const offered = settings.models.includes(model) && generates(model);
	const wrong = offered ? checkRequest(read.message, model) : modelNotFound(model, 'generateContent');
	if (wrong) return refusedReply(wrong, asking);
	const question = readQuestion(read.message);
	record.tickets = question.tickets.length;
	record.inputTokens = question.inputTokens;
	const { fault } = record;
	if (fault === 'hang' || fault === 'reset') return null;
	const retryDelaySeconds = hasRetryInfo(fault) ? retryDelay() : 0;
	const refusal = refusalOf(fault, { model, retryDelaySeconds });
	if (refusal) {
		await wait(settings.latencyMs);
		if (hasRetryInfo(fault)) host.records.askToWait(retryDelaySeconds);
		return statusReply(refusal);
	}
	const factor = fault === 'slow' ? 10 : 1;
	const [answer] = await Promise.all([
		answerQuestion(question, { model, fault, obedient: settings.obedient ?? false }),
		wait(factor * (settings.latencyMs + settings.perTicketMs * question.tickets.length)),
	]);
	return distortReply(jsonReply(200, answer), fault);
}
