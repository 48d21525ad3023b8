import { roundConfidence, type Classification } from '../classification';
import { findDepartment, type Department } from '../departments';
import { TriageError } from '../errors';
import { errorFromStatus, type HttpResponse } from '../http';
import { isRecord, readJson } from '../json';
import { shorten } from '../text';

/**
 * Reads the JSON of an answer with status 200.
 * @throws TriageError unreadable for anything but a complete answer within the departments: nothing is guessed
 */
export function readGeminiAnswer(answer: unknown, departments: readonly Department[]): Classification {
	if (!isRecord(answer)) throw unreadable('its answer was not an object');
	const said = readJson(answerText(answer));
	if (!isRecord(said)) throw unreadable('its answer was not the JSON asked for');
	const department = typeof said.department === 'string' ? findDepartment(departments, said.department) : undefined;
	if (!department) throw unreadable('it named a department that is not configured');
	const { confidence } = said;
	if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) {
		throw unreadable('its confidence was not a number from 0 to 1');
	}
	return {
		department: department.name,
		confidence: roundConfidence(confidence),
		reasoning: typeof said.reasoning === 'string' ? shorten(said.reasoning, 1000) : '',
		classifier: 'gemini',
		model: typeof answer.modelVersion === 'string' ? answer.modelVersion : 'unknown',
		alternatives: [],
	};
}

function answerText(answer: Record<string, unknown>): string {
	const candidate: unknown = Array.isArray(answer.candidates) ? answer.candidates[0] : undefined;
	if (!isRecord(candidate)) throw unreadable(`it blocked the ticket${blockReason(answer)}`);
	if (candidate.finishReason !== 'STOP') throw unreadable(`it stopped early${word(candidate.finishReason)}`);
	const parts = isRecord(candidate.content) && Array.isArray(candidate.content.parts) ? candidate.content.parts : [];
	const texts = parts.filter(isRecord).filter((part) => part.thought !== true && typeof part.text === 'string');
	return texts.map((part) => String(part.text)).join('');
}

function blockReason(answer: Record<string, unknown>): string {
	return isRecord(answer.promptFeedback) ? word(answer.promptFeedback.blockReason) : '';
}

/** A reason of theirs is shown only where it looks like one. */
function word(reason: unknown): string {
	return typeof reason === 'string' && isWord(reason) ? ` (${reason})` : '';
}

function isWord(text: string): boolean {
	return /^[A-Z_]{2,40}$/u.test(text);
}

function unreadable(what: string): TriageError {
	return new TriageError('unreadable', `Gemini gave no usable answer: ${what}`);
}

/**
 * What a refusing answer means. Google's own message is left out: it may quote the request.
 * A wrong key is a 400 there, told from other bad requests by the reason in its details.
 */
export function geminiError(response: HttpResponse): TriageError {
	const body = readJson(response.body);
	const error = isRecord(body) && isRecord(body.error) ? body.error : {};
	const details = Array.isArray(error.details) ? error.details.filter(isRecord) : [];
	if (details.some(({ reason }) => reason === 'API_KEY_INVALID')) {
		return new TriageError('auth', 'Gemini refused the key: check the API key', { status: response.status });
	}
	const said = typeof error.status === 'string' && isWord(error.status) ? error.status : '';
	const { code, message, status, retryable, retryAfter } = errorFromStatus('Gemini', response, said);
	return new TriageError(code, message, { status, retryable, retryAfter: retryDelay(details) ?? retryAfter });
}

/** Whole seconds of RetryInfo, a protobuf duration such as `45.837906927s`: the only place where Gemini says how long. */
function retryDelay(details: Record<string, unknown>[]): number | undefined {
	const info = details.find((detail) => String(detail['@type']).endsWith('google.rpc.RetryInfo'));
	const seconds = /^(\d{1,6}(?:\.\d{1,9})?)s$/u.exec(String(info?.retryDelay))?.[1];
	return seconds === undefined ? undefined : Math.ceil(Number(seconds));
}
