import type { Usage } from './gemini/ask';
import type { SuggestedPriority } from './priority';
import type { Ticket } from './ticket';

export interface Alternative {
	department: string;
	/** 0–1 */
	confidence: number;
}

export interface Classification {
	department: string;
	/** 0–1: of a hundred tickets said with 0.8, about eighty should be right. */
	confidence: number;
	/** Why, in a sentence. May quote the ticket: for people, not for logs. */
	reasoning: string;
	classifier: ClassifierName;
	/** Name and version of the model that spoke. */
	model: string;
	/** The other departments, likeliest first. */
	alternatives: Alternative[];
	/** What the other classifier says, where it differs and is no mere guess. */
	dissent?: Alternative & { classifier: ClassifierName };
	/** What asking the model took, this ticket's share. */
	usage?: Usage;
	/** `en`, `de`, `es`, `fr`, `pt` or `other`. */
	language?: string;
	/** How urgent it seems; the given priority stays what it is. */
	suggested_priority?: SuggestedPriority;
}

export type ClassifierName = 'local' | 'gemini';

export interface Classifier {
	readonly name: ClassifierName;
	/** @throws TriageError when it has no usable answer */
	classify(ticket: Ticket): Promise<Classification>;
}

/** The likeliest few of a distribution, likeliest first, rounded to what can be meant. */
export function rankedAlternatives(scores: Alternative[], most = 3): Alternative[] {
	return [...scores]
		.sort((a, b) => b.confidence - a.confidence)
		.slice(0, most)
		.map(({ department, confidence }) => ({ department, confidence: roundConfidence(confidence) }));
}

export function roundConfidence(confidence: number): number {
	return Math.round(confidence * 1e4) / 1e4;
}
