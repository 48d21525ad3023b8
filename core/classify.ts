import type { Classification, Classifier } from './classification';
import { TriageError } from './errors';
import { languageOf } from './local/language';
import { suggestPriority } from './priority';
import type { Ticket } from './ticket';

export interface Classified {
	classification: Classification;
	/** Why classifiers before the one that answered did not, one sentence each. */
	skipped: { classifier: Classifier['name']; reason: string }[];
}

/**
 * Asks the classifiers in order until one has a usable answer.
 * @throws TriageError of the last, when none has
 */
export async function classify(ticket: Ticket, classifiers: readonly Classifier[]): Promise<Classified> {
	const skipped: Classified['skipped'] = [];
	let last: unknown = new TriageError('misconfigured', 'No classifier is configured');
	for (const classifier of classifiers) {
		const answer = await ask(classifier, ticket);
		if ('classification' in answer) return { classification: await described(ticket, answer.classification), skipped };
		last = answer.error;
		if (!(last instanceof TriageError)) break;
		skipped.push({ classifier: classifier.name, reason: last.message });
	}
	throw last;
}

/** What can be said of a ticket whoever classified it. */
async function described(ticket: Ticket, classification: Classification): Promise<Classification> {
	const language = classification.language ?? (await languageOf(ticket));
	return { ...classification, language, suggested_priority: suggestPriority(ticket) };
}

function ask(classifier: Classifier, ticket: Ticket): Promise<{ classification: Classification } | { error: unknown }> {
	return classifier.classify(ticket).then(
		(classification) => ({ classification }),
		(error: unknown) => ({ error }),
	);
}
