import { foldText } from '../text';
import type { Ticket } from '../ticket';
import { LANGUAGES, type Language, type Vocabulary } from './vocabulary/vocabulary';
import { wordsOf } from './words';

export type DetectedLanguage = Language | 'other';

/** Short words that a text of some length cannot do without, unaccented. Those that several languages share say nothing. */
const FUNCTION_WORDS: Record<Language | 'it' | 'nl' | 'pl' | 'sv' | 'tr', string> = {
	en: 'the and is are was were to of in on for with my we you it this that not have has had be can cannot could would please from at by as an or if our your they he she there i im dont does did will what when how who why need help been any some no',
	de: 'der die das und ist sind war ich wir sie nicht ein eine einen einem einer mit fur auf von zu im am den dem des bitte kann konnen konnte habe haben hat bei wie was wann seit noch schon auch mein meine unser unsere uns mir mich es aus nach oder wenn dass wird wurde kein keine sich hier',
	es: 'el la los las y es son una uno que no de del en por para con mi nos se su al lo como cuando donde hay esta estan este esto pero muy mas ya me le les desde hasta sin sobre tengo tenemos puede pueden puedo favor fue han he hemos porque nuestro nuestra quien',
	fr: 'le la les et est sont une un des du de je nous vous il elle ne pas que qui dans sur pour avec mon ma mes notre nos au aux ce cette ces se son sa ses en par plus depuis merci suis avons peut pouvez quand comment ou mais tres bien fait etre ai a ete',
	pt: 'o os a as e um uma que nao de do da dos das em no na nos nas por para com meu minha se ao esta estao este isso mas muito mais ja me como quando onde tem temos pode podem preciso voces voce foi foram sem sobre desde ate nosso nossa quem eu ele ela pelo pela',
	it: 'il lo la i gli e che di da non per con un una al alla ai dal dalla sul sulla si ha hanno sono ho abbiamo del della delle nel nella mio mia nostro questo questa puo potete vorrei grazie anche perche come quando essere stato piu funziona ciao buongiorno ferie due',
	nl: 'de het een en van ik mijn sinds iemand graag niet op dat te zijn met voor er aan heb hebben mijn ons wij jullie kan kunnen graag bij ook maar naar niet geen dit deze',
	pl: 'i w nie na sie z do jest to ze mam nie prosze czy od po dla jak moj moja nasz bardzo przez ale tego',
	sv: 'och att det som en ett jag ar inte pa med for av den till har kan vi min mitt vara fran eller om men hej tack hjalp behover idag nar var ni',
	tr: 've bir bu icin ile degil ben biz var yok ne nasil lutfen cok ama gibi daha benim',
};

/** Letters that only some of the languages use. */
const LETTERS: [RegExp, Language[]][] = [
	[/[äöüß]/gu, ['de']],
	[/[ñ¿¡]/gu, ['es']],
	[/[ãõ]/gu, ['pt']],
	[/[çâê]/gu, ['fr', 'pt']],
	[/[èùœëîû]/gu, ['fr']],
	[/[áíóú]/gu, ['es', 'pt']],
];

/** Below this share of telling words a text of several words is in none of the five. */
const LEAST_SHARE = 0.08;

/** More of a text than this says nothing new about its language. */
const MOST_CHARACTERS = 1000;

const OWNERS = ownersOfWords();

/** Words of the vocabularies and the languages they stand in. */
export type WordLanguages = Map<string, Language[]>;

let shipped: Promise<WordLanguages> | undefined;

/** The language a ticket is written in, or `other`; loads the vocabularies on first use. */
export async function languageOf({
	title,
	description,
}: Pick<Ticket, 'title' | 'description'>): Promise<DetectedLanguage> {
	shipped ??= import('./vocabulary')
		.then(({ VOCABULARIES }) => indexLanguages(VOCABULARIES))
		.catch((error: unknown) => {
			shipped = undefined;
			throw error;
		});
	return detectLanguage(`${title}\n${description}`, await shipped);
}

/** The language of a text by its short words, its letters and the vocabularies; `other` where none of the five fits. */
export function detectLanguage(text: string, wordLanguages: WordLanguages = new Map()): DetectedLanguage {
	const folded = foldText(text).slice(0, MOST_CHARACTERS);
	const words = folded.match(/[\p{L}\p{M}]+/gu) ?? [];
	if (words.length === 0 || !isLatin(words)) return 'other';
	const scores = new Map<string, number>();
	const give = (language: string, points: number): void =>
		void scores.set(language, (scores.get(language) ?? 0) + points);
	for (const word of wordsOf(folded)) {
		const owners = OWNERS.get(word) ?? wordLanguages.get(word) ?? [];
		owners.forEach((owner) => give(owner, 1 / owners.length));
	}
	for (const [letters, languages] of LETTERS) {
		const found = Math.min(4, folded.match(letters)?.length ?? 0);
		languages.forEach((language) => give(language, found / languages.length));
	}
	return best(scores, words.length);
}

/** Every word of four letters and more, with the languages in whose terms it stands. */
export function indexLanguages(vocabularies: Record<string, Vocabulary>): WordLanguages {
	const index: WordLanguages = new Map();
	for (const concept of Object.values(vocabularies).flatMap((vocabulary) => Object.values(vocabulary))) {
		for (const language of LANGUAGES) {
			for (const word of wordsOf(concept[language]).filter(({ length }) => length >= 4)) {
				const known = index.get(word);
				if (!known) index.set(word, [language]);
				else if (!known.includes(language)) known.push(language);
			}
		}
	}
	return index;
}

function best(scores: Map<string, number>, words: number): DetectedLanguage {
	const [[first, points]] = [...scores].sort(([, a], [, b]) => b - a);
	const known = LANGUAGES.find((language) => language === first);
	return known && points > 0 && points / words >= LEAST_SHARE ? known : 'other';
}

function isLatin(words: readonly string[]): boolean {
	const latin = words.filter((word) => /^\p{Script=Latin}/u.test(word)).length;
	return latin * 2 > words.length;
}

function ownersOfWords(): Map<string, string[]> {
	const owners = new Map<string, string[]>();
	for (const [language, words] of Object.entries(FUNCTION_WORDS)) {
		for (const word of new Set(words.split(' '))) owners.set(word, [...(owners.get(word) ?? []), language]);
	}
	return owners;
}
