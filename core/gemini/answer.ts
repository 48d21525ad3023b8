import { roundConfidence } from '../classification';
import { findDepartment, type Department } from '../departments';
import { TriageError } from '../errors';
import { isRecord, readJson, type JsonRecord } from '../json';
import { shorten } from '../text';

/** What was said of one ticket. */
export interface Said {
	department: string;
	/** 0–1, as the model puts it. */
	confidence: number;
	reasoning: string;
}

const LONGEST_REASONING = 1000;

/**
 * Reads the JSON of an answer with status 200: for each id what was said of it, or why nothing can be taken from it.
 * Nothing is guessed: a department that is not configured, a strange confidence, two answers for one id are none.
 * @throws TriageError unreadable for an answer that is not complete
 */
export function readGeminiAnswer(
	answer: unknown,
	ids: readonly string[],
	departments: readonly Department[],
): (Said | TriageError)[] {
	if (!isRecord(answer)) throw unreadable('its answer was not an object');
	const entries = entriesOf(readJsonWithin(answerText(answer)));
	return ids.map((id) => {
		const own = entries.filter((entry) => entry.id === id);
		if (own.length === 0) return unreadable('it did not answer for the ticket');
		return own.length > 1 ? unreadable('it answered twice for the ticket') : readEntry(own[0], departments);
	});
}

function readEntry(entry: JsonRecord, departments: readonly Department[]): Said | TriageError {
	const department = typeof entry.department === 'string' ? findDepartment(departments, entry.department) : undefined;
	if (!department) return unreadable('it named a department that is not configured');
	const { confidence, reasoning } = entry;
	if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) {
		return unreadable('its confidence was not a number from 0 to 1');
	}
	return {
		department: department.name,
		confidence: roundConfidence(confidence),
		reasoning: typeof reasoning === 'string' ? shorten(reasoning, LONGEST_REASONING) : '',
	};
}

function answerText(answer: JsonRecord): string {
	const candidate: unknown = Array.isArray(answer.candidates) ? answer.candidates[0] : undefined;
	if (!isRecord(candidate)) throw unreadable(`it blocked the ticket${blockReason(answer)}`);
	if (candidate.finishReason !== 'STOP') throw unreadable(`it stopped early${word(candidate.finishReason)}`);
	const parts = isRecord(candidate.content) && Array.isArray(candidate.content.parts) ? candidate.content.parts : [];
	const texts = parts.filter(isRecord).filter((part) => part.thought !== true && typeof part.text === 'string');
	return texts.map((part) => String(part.text)).join('');
}

/** The JSON in a text: all of it, or what stands between the first and the last bracket, as in a ```json fence. */
function readJsonWithin(text: string): unknown {
	const whole = readJson(text);
	if (whole !== undefined) return whole;
	const start = text.search(/[[{]/u);
	if (start < 0) return undefined;
	return readJson(text.slice(start, text.lastIndexOf(text[start] === '[' ? ']' : '}') + 1));
}

function entriesOf(said: unknown): JsonRecord[] {
	if (Array.isArray(said)) return said.filter(isRecord);
	if (isRecord(said)) return [said];
	throw unreadable('its answer was not the JSON asked for');
}

function blockReason(answer: JsonRecord): string {
	return isRecord(answer.promptFeedback) ? word(answer.promptFeedback.blockReason) : '';
}

/** A reason of theirs is shown only where it looks like one. */
function word(reason: unknown): string {
	return typeof reason === 'string' && /^[A-Z_]{2,40}$/u.test(reason) ? ` (${reason})` : '';
}

function unreadable(what: string): TriageError {
	return new TriageError('unreadable', `Gemini gave no usable answer: ${what}`);
}
