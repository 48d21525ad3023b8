import type { Ticket } from '../ticket';
import type { ConceptIndex } from './concepts';
import { bucketOfConcept, bucketsOfWord } from './features';
import { splitMail } from './mail';
import type { Model } from './model';
import { wordsOf } from './words';

const MOST_WORDS = 200;
const SHORTEST_WORD = 2;

/** The words of a ticket, as it writes them, that speak most for a department; the strongest first. */
export function tellingWords(
	ticket: Pick<Ticket, 'title' | 'description'>,
	department: number,
	{ model, concepts }: { model: Model; concepts: ConceptIndex },
	most = 3,
): string[] {
	const written = `${ticket.title} ${splitMail(ticket.description).own}`.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
	const leans = new Map<string, { surface: string; lean: number }>();
	for (const surface of written.slice(0, MOST_WORDS)) {
		const [word] = wordsOf(surface);
		if (!word || word.length < SHORTEST_WORD || leans.has(word)) continue;
		leans.set(word, { surface, lean: leanOfWord(word, department, model, concepts) });
	}
	const ranked = [...leans.values()].filter(({ lean }) => lean > 0).sort((a, b) => b.lean - a.lean);
	return ranked.slice(0, most).map(({ surface }) => surface);
}

function leanOfWord(word: string, department: number, model: Model, concepts: ConceptIndex): number {
	const buckets = bucketsOfWord(word, model.buckets);
	const mean = buckets.reduce((sum, bucket) => sum + model.lean(bucket, department), 0) / Math.sqrt(buckets.length);
	let meant = 0;
	concepts.find([word], (concept) => (meant += model.lean(bucketOfConcept(concept, model.buckets), department)));
	return mean + meant;
}
