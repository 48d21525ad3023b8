import type { Department } from '../departments';
import { TriageError } from '../errors';
import { isRecord } from '../json';
import { readGeminiAnswer, type Said } from './answer';
import { costOf } from './models';
import { geminiRequest, type Question } from './request';
import type { GeminiRequest } from './wire';

/** A ticket's share of what a request cost. */
export interface Usage {
	input_tokens: number;
	/** What the model wrote and thought. */
	output_tokens: number;
	/** An estimate, where the price of the model is known. */
	cost_usd?: number;
}

export interface Verdict extends Said {
	/** As the answer names it: the only sign that another model answered. */
	model: string;
	usage: Usage;
}

/** Sends the request; resolves with the JSON of a 200. @throws TriageError for everything else */
export type Generate = (request: GeminiRequest) => Promise<unknown>;

export interface AskDeps {
	departments: readonly Department[];
	model: string;
	generate: Generate;
	/** A text no ticket can know, new for each call; 12 letters and digits of it are used. */
	newMarker: () => string;
}

/**
 * One request for several tickets; each has its verdict or why there is none, in their order.
 * @throws TriageError when the request as a whole failed
 */
export async function askGemini(
	questions: readonly Question[],
	{ departments, model, generate, newMarker }: AskDeps,
): Promise<(Verdict | TriageError)[]> {
	const random = (): string => newMarker().replaceAll('-', '').slice(0, 12);
	const named = questions.map((question, i) => ({ ...question, id: `${i.toString(16)}${random().slice(0, 7)}` }));
	const answer = await generate(geminiRequest(named, { departments, marker: random(), model }));
	const said = readGeminiAnswer(answer, ids(named), departments);
	const [answering, usage] = [modelOf(answer), usageOf(answer)];
	return said.map((one, i) =>
		one instanceof TriageError ? one : { ...one, model: answering, usage: shareOf(usage, answering, i, said.length) },
	);
}

/** A ticket by itself. @throws TriageError when there is no verdict */
export async function askAlone(question: Question, deps: AskDeps): Promise<Verdict> {
	const [verdict] = await askGemini([question], deps);
	if (verdict instanceof TriageError) throw verdict;
	return verdict;
}

function ids(named: readonly { id: string }[]): string[] {
	return named.map(({ id }) => id);
}

function modelOf(answer: unknown): string {
	const version = isRecord(answer) ? answer.modelVersion : undefined;
	return typeof version === 'string' && /^[\w./-]{1,100}$/u.test(version) ? version : 'unknown';
}

/** What an answer says that all of its tickets took. */
export function usageOf(answer: unknown): Usage {
	const usage = isRecord(answer) && isRecord(answer.usageMetadata) ? answer.usageMetadata : {};
	const output = tokens(usage.candidatesTokenCount) + tokens(usage.thoughtsTokenCount);
	return priced({ input_tokens: tokens(usage.promptTokenCount), output_tokens: output }, modelOf(answer));
}

/** The i-th of `count` equal shares, so that they sum up to the whole. */
function shareOf({ input_tokens, output_tokens }: Usage, model: string, i: number, count: number): Usage {
	const share = (total: number): number => Math.floor((total * (i + 1)) / count) - Math.floor((total * i) / count);
	return priced({ input_tokens: share(input_tokens), output_tokens: share(output_tokens) }, model);
}

function priced(usage: Usage, model: string): Usage {
	const cost = costOf(model, usage.input_tokens, usage.output_tokens);
	return { ...usage, ...(cost !== undefined && { cost_usd: cost }) };
}

function tokens(count: unknown): number {
	return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0;
}
