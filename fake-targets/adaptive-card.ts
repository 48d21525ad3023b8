import { isRecord, type JsonRecord } from '../core/json';

/** Elements of a card's body that Teams shows, and what is wrong with one of each kind. */
const ELEMENTS: Record<string, (element: JsonRecord) => string | null> = {
	TextBlock: ({ text }) => (typeof text === 'string' ? null : "Property 'text' must be a string"),
	FactSet: ({ facts }) => (isFacts(facts) ? null : "Property 'facts' must be a list of facts with title and value"),
	RichTextBlock: ({ inlines }) => (Array.isArray(inlines) ? null : "Property 'inlines' must be an array"),
	Container: ({ items }) => listProblem(items, 'items'),
	ColumnSet: ({ columns }) => (Array.isArray(columns) ? null : "Property 'columns' must be an array"),
	Image: ({ url }) => (typeof url === 'string' ? null : "Property 'url' must be a string"),
	ActionSet: ({ actions }) => (Array.isArray(actions) ? null : "Property 'actions' must be an array"),
};

/** Why Teams would not show a card, or null. */
export function cardProblem(card: unknown): string | null {
	if (!isRecord(card) || card.type !== 'AdaptiveCard') return "Property 'type' must be 'AdaptiveCard'";
	if (typeof card.version !== 'string' || !/^1\.[0-5]$/u.test(card.version)) {
		return "Property 'version' must be one of 1.0 to 1.5";
	}
	return listProblem(card.body, 'body');
}

function listProblem(list: unknown, name: string): string | null {
	if (!Array.isArray(list) || list.length === 0) return `Property '${name}' must be an array with elements`;
	return list.map(elementProblem).find((problem) => problem !== null) ?? null;
}

function elementProblem(element: unknown): string | null {
	const type = isRecord(element) ? element.type : undefined;
	if (!isRecord(element) || typeof type !== 'string' || !Object.hasOwn(ELEMENTS, type)) {
		return 'The type of an element is missing or unknown';
	}
	return ELEMENTS[type](element);
}

function isFacts(facts: unknown): facts is { title: string; value: string }[] {
	if (!Array.isArray(facts)) return false;
	return facts.every((fact) => isRecord(fact) && typeof fact.title === 'string' && typeof fact.value === 'string');
}

/** The facts of a card, one to a line as `title: value`. */
export function factLines({ body }: JsonRecord): string {
	const elements = Array.isArray(body) ? body.filter(isRecord) : [];
	const facts = elements.flatMap(({ facts: some }) => (isFacts(some) ? some : []));
	return facts.map(({ title, value }) => `${title}: ${value}`).join('\n');
}
