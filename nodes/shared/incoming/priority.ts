import { plainText } from '../../../core/text';
import type { Priority } from '../../../core/ticket';

/** What systems and people call them, as plain text: Jira, Zendesk, Freshservice, and forms in five languages. */
const WORDS: Record<Priority, string> = {
	low: 'low lowest minor trivial p4 p5 sev4 niedrig gering unwichtig baja bajo basse bas faible baixa baixo',
	medium: 'medium normal moderate default standard average p3 sev3 mittel mittlere media medio moyenne moyen normale',
	high: 'high major important p2 sev2 hoch wichtig alta alto haute haut eleve elevee important importante',
	critical:
		'critical urgent highest blocker emergency immediate p0 p1 sev0 sev1 kritisch dringend notfall critica critico urgente emergencia critique urgence',
};

const PHRASES: [string, Priority][] = [
	['very low', 'low'],
	['sehr niedrig', 'low'],
	['very high', 'critical'],
	['sehr hoch', 'critical'],
	['muy alta', 'critical'],
	['tres haute', 'critical'],
	['muito alta', 'critical'],
];

const KNOWN = new Map<string, Priority>([
	...Object.entries(WORDS).flatMap(([level, words]) =>
		words.split(' ').map((word): [string, Priority] => [word, level as Priority]),
	),
	...PHRASES,
]);

const NEGATION = /(?:^| )(?:not|no|nicht|kein|keine|sin|pas|sans|nao|sem)(?: |$)/u;
const LONGEST = 100;

/** The priority that the words of a system or a person mean, or undefined where they mean none or more than one. */
export function priorityNamed(words: string): Priority | undefined {
	const text = plainText(words.slice(0, LONGEST))
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();
	const phrase = KNOWN.get(text);
	if (phrase) return phrase;
	if (NEGATION.test(text)) return undefined;
	const levels = new Set(text.split(' ').map((word) => KNOWN.get(word)));
	levels.delete(undefined);
	return levels.size === 1 ? [...levels][0] : undefined;
}

/** Freshservice and Freshdesk count upwards, https://api.freshservice.com/#ticket_attributes. */
export function freshPriority(number: string | undefined): string | undefined {
	return ['low', 'medium', 'high', 'urgent'][Number(number) - 1];
}

/** How a mail is marked by its sender: X-Priority counts downwards (1 to 5), Importance has words. Never critical. */
export function mailPriority(mark: string | undefined): string | undefined {
	const [, word] = /^(?:[\w-]+:)?\s*([a-z]+|[1-5])/iu.exec(mark ?? '') ?? [];
	return word === undefined ? undefined : MAIL_MARKS.get(word.toLowerCase());
}

const MAIL_MARKS = new Map(
	Object.entries({ 1: 'high', 2: 'high', 3: 'medium', 4: 'low', 5: 'low', high: 'high', normal: 'medium', low: 'low' }),
);
