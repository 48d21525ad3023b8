import type { Classifier } from '../classification';
import { redactTicket } from '../redaction';
import { withoutInvisible } from '../text';
import type { Verdict } from './ask';
import type { Question } from './request';

export interface GeminiOptions {
	/** @throws TriageError when there is no verdict */
	ask: (question: Question) => Promise<Verdict>;
	/** Whether personal data stays here: placeholders go out, and what comes back is filled in again. */
	redact: boolean;
}

/** Gemini as a classifier. Neither the reporter's address nor the priority is sent. */
export function createGeminiClassifier({ ask, redact }: GeminiOptions): Classifier {
	return {
		name: 'gemini',
		classify: async ({ title, description }) => {
			// First, so that nothing hides in what is looked for.
			const question = { title: withoutInvisible(title), description: withoutInvisible(description) };
			const { redacted, restore } = redact ? redactTicket(question) : { redacted: question, restore: asItIs };
			const { reasoning, ...verdict } = await ask(redacted);
			return { ...verdict, reasoning: restore(reasoning), classifier: 'gemini', alternatives: [] };
		},
	};
}

function asItIs(text: string): string {
	return text;
}
