import type { IDataObject } from 'n8n-workflow';
import { isRecord, readJson, type JsonRecord } from '../../core/json';
import { jsonReply, pageReply, statusReply, type Reply } from '../../fake-gemini/reply';
import { checkRequest, readRequest } from '../../fake-gemini/request-check';
import { matchRoute } from '../../fake-gemini/routes';
import { badRequest, MISSING_KEY, WRONG_KEY, type Status } from '../../fake-gemini/status';
import { startLocalServer, type Recorded } from '../helpers/local-server';

export const AGENT_KEY = 'the-key-of-the-agent';

/** A call of a function, as the model makes it. */
export interface Call {
	name: string;
	args: JsonRecord;
}

/** What the model says when it is its turn: words, or a call; perhaps by what the last call gave. */
export type Turn = string | Call | ((given: string) => string | Call);

/** A Gemini that follows a script, behind a real HTTP listener. */
export interface AgentModel {
	url: string;
	/** The requests that Google would have taken, in its spelling. */
	readonly asked: readonly JsonRecord[];
	/** Why it would not have taken the others. */
	readonly refusals: readonly Status[];
	/** A new script; what was asked so far is forgotten. */
	play(...turns: Turn[]): void;
	/** What the calls gave, as far as the last request tells of them. */
	given(): string[];
	close(): Promise<void>;
}

/** The refusals are those of the stand-in for Gemini. */
export async function startAgentModel(): Promise<AgentModel> {
	const asked: JsonRecord[] = [];
	const refusals: Status[] = [];
	let script: Turn[] = [];
	const server = await startLocalServer((request) => {
		const { status, type, body } = answer(request);
		return { status, headers: { 'content-type': type }, body };
	});
	function answer(request: Recorded): Reply {
		const route = matchRoute(request.method, request.path);
		if (route?.kind !== 'generate') return pageReply(404);
		const read = readAs(request, route.model);
		if ('refusal' in read) return refuse(read.refusal);
		asked.push(read.message);
		try {
			const turn = script[asked.length - 1] ?? 'The script has come to its end.';
			const said = typeof turn === 'function' ? turn(givenIn(read.message).at(-1) ?? '') : turn;
			return jsonReply(200, answerWith(said, route.model, asked.length));
		} catch (error) {
			return refuse(badRequest(`The script does not go on: ${String(error)}`, []));
		}
	}
	function refuse(refusal: Status): Reply {
		refusals.push(refusal);
		return statusReply(refusal);
	}
	return {
		url: server.url,
		asked,
		refusals,
		play(...turns) {
			[asked.length, refusals.length, script] = [0, 0, turns];
		},
		given: () => givenIn(asked.at(-1) ?? {}),
		close: server.close,
	};
}

/** The signature of the thoughts that led to the call in a turn, counted from 1. */
export function signatureOf(turn: number): string {
	return Buffer.from(`thoughts of turn ${turn}`).toString('base64');
}

/** The functions that a request declares, by their names. */
export function functionsOf({ tools }: JsonRecord): Record<string, JsonRecord> {
	const declared = records(tools).flatMap((tool) => records(tool.functionDeclarations));
	return Object.fromEntries(declared.map((one) => [String(one.name), one]));
}

/** The parts of all turns of a request that hold something of a kind, such as functionCall. */
export function partsOf({ contents }: JsonRecord, kind: string): JsonRecord[] {
	return records(contents)
		.flatMap(({ parts }) => records(parts))
		.filter((part) => part[kind] !== undefined);
}

/** The first item that a node gave as a tool, from the text in which the model got it. */
export function itemOf(given: string): IDataObject {
	const { result } = readJson(given) as { result: string };
	return (readJson(result) as IDataObject[])[0];
}

/** What Route Ticket gave as a tool. */
export function routeOf(given: string): IDataObject {
	return (itemOf(given).route ?? {}) as IDataObject;
}

function readAs({ headers, body }: Recorded, model: string): ReturnType<typeof readRequest> {
	const key = headers['x-goog-api-key'];
	if (key !== AGENT_KEY) return { refusal: key === undefined ? MISSING_KEY : WRONG_KEY };
	const read = readRequest(body);
	const refusal = 'refusal' in read ? read.refusal : checkRequest(read.message, model);
	return refusal === null ? read : { refusal };
}

function givenIn(message: JsonRecord): string[] {
	return partsOf(message, 'functionResponse').map((part) => {
		const { response } = part.functionResponse as JsonRecord;
		return JSON.stringify(response);
	});
}

function answerWith(said: string | Call, modelVersion: string, turn: number): object {
	const part = typeof said === 'string' ? { text: said } : { functionCall: said, thoughtSignature: signatureOf(turn) };
	const candidate = { content: { parts: [part], role: 'model' }, finishReason: 'STOP', index: 0 };
	const usageMetadata = { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 };
	return { candidates: [candidate], usageMetadata, modelVersion, responseId: `response-${turn}` };
}

function records(list: unknown): JsonRecord[] {
	return Array.isArray(list) ? list.filter(isRecord) : [];
}
