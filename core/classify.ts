import type { Classification, Classifier, ClassifierName } from './classification';
import type { Department } from './departments';
import { TriageError, type ErrorCode } from './errors';
import { languageOf } from './local/language';
import { suggestPriority } from './priority';
import type { Ticket } from './ticket';
import { weigh } from './weigh';

export interface Classifiers {
	/** Always asked: it costs nothing, and its answer is weighed against Gemini's. */
	local: Classifier;
	gemini?: Classifier;
	/** From this local confidence on Gemini is not asked; `NEVER_ENOUGH`: always. */
	cutoff: number;
	/** Whether the local answer counts where Gemini has none; else Gemini's error is thrown. */
	fallBack: boolean;
	departments: readonly Department[];
}

/** A cutoff that no confidence reaches. */
export const NEVER_ENOUGH = 2;

export interface Skipped {
	classifier: ClassifierName;
	reason: string;
	/** Where it was asked and had no answer. */
	code?: ErrorCode;
}

export interface Classified {
	classification: Classification;
	/** Why classifiers that are configured did not decide, one sentence each. */
	skipped: Skipped[];
}

/**
 * What both models make of a ticket, or the local one alone where it is sure enough or Gemini has no answer.
 * @throws TriageError when there is no answer to go by
 */
export async function classify(ticket: Ticket, classifiers: Classifiers): Promise<Classified> {
	const local = await classifiers.local.classify(ticket);
	const { classification, skipped } = await askFurther(ticket, local, classifiers);
	const language = local.language ?? (await languageOf(ticket));
	return { classification: { ...classification, language, suggested_priority: suggestPriority(ticket) }, skipped };
}

async function askFurther(
	ticket: Ticket,
	local: Classification,
	{ gemini, cutoff, fallBack, departments }: Classifiers,
): Promise<Classified> {
	if (!gemini) return { classification: local, skipped: [] };
	if (local.confidence >= cutoff) return withoutGemini(local, { reason: sureEnough(cutoff) });
	const answer = await gemini.classify(ticket).then(
		(classification) => ({ classification }),
		(error: unknown) => ({ error }),
	);
	if ('classification' in answer)
		return { classification: weigh(local, answer.classification, departments), skipped: [] };
	if (!fallBack || !(answer.error instanceof TriageError)) throw answer.error;
	return withoutGemini(local, { reason: answer.error.message, code: answer.error.code });
}

function withoutGemini(classification: Classification, why: Omit<Skipped, 'classifier'>): Classified {
	return { classification, skipped: [{ classifier: 'gemini', ...why }] };
}

function sureEnough(cutoff: number): string {
	return `the local model was sure enough (${cutoff.toFixed(2)})`;
}
