import { isRecord, type JsonRecord } from '../../../core/json';
import { isVisible, plainText } from '../../../core/text';
import type { Found } from './found';
import { htmlToText, isHtml } from './html';
import { addressOf, textOf } from './values';

type Field = 'title' | 'description' | 'email' | 'priority';

/** A labelled value: a field of a form, a column of a sheet, a key of some JSON. */
export interface Labelled {
	/** As it is shown. */
	name: string;
	/** As plain words, without what a label says besides: `Your e-mail *` is `e mail`. */
	label: string;
	value: unknown;
}

const MOST_FIELDS = 300;
const LONGEST_LABEL = 200;
const FILLERS =
	/^(?:(?:your|my|the|our|please|ticket|issue|request|ihre?|deine?|su|tu|votre|seu|sua|der|die|das) )+(?=.)/u;

/** Labels that are the field and nothing else, the likeliest first. */
const EXACT: Record<Field, string[]> = {
	title:
		'title|subject|summary|short description|headline|betreff|titel|thema|asunto|titulo|objet|sujet|titre|assunto'.split(
			'|',
		),
	description:
		'description|description text|text|body|message|details|content|comment|comments|html|what happened|problem|issue|question|beschreibung|nachricht|anliegen|problembeschreibung|was ist passiert|descripcion|mensaje|detalles|que ha pasado|que paso|problema|description du probleme|que s est il passe|probleme|descricao|mensagem|detalhes|o que aconteceu'.split(
			'|',
		),
	email:
		'email|e mail|mail|email address|e mail address|requester email|reporter email|contact email|from|sender|reporter|requester|mailadresse|e mail adresse|absender|correo|correo electronico|courriel|adresse e mail|adresse email|remetente'.split(
			'|',
		),
	priority:
		'priority|urgency|severity|importance|prioritat|dringlichkeit|prioridad|urgencia|priorite|urgence|prioridade'.split(
			'|',
		),
};

/** Labels that are about the field. */
const ABOUT: Record<Field, RegExp> = {
	title: /\b(?:subject|title|summary|betreff|titel|asunto|titulo|objet|sujet|titre|assunto)\b/u,
	description:
		/\b(?:describe|description|details|message|problem|issue|question|happened|happening|wrong|help|beschreib\w*|nachricht|anliegen|passiert|frage|descri\w*|mensaje|detalles|problem[ae]|decri\w*|message|mensagem|detalhes|aconteceu)\b/u,
	email: /\b(?:e ?mail|email|correo|courriel|mailadresse)\b/u,
	priority:
		/\b(?:priority|urgency|urgent|severity|prioritat|dringlich\w*|dringend|prioridade?|urgencia|urgente|priorite|urgence)\b/u,
};

/** What is about something else of the field: `message_id`, `issue type`, `description_url`. */
const BESIDES =
	/\b(?:id|ids|uid|uuid|count|number|type|category|url|uri|link|date|time|at|status|by|code|format|version|hash|token)\b/u;

/** What labels say of a ticket. */
export interface ByLabel {
	found: Found;
	/** The fields that say nothing of the four. */
	rest: Labelled[];
}

export function labelsOf(item: JsonRecord): Labelled[] {
	return Object.entries(item)
		.slice(0, MOST_FIELDS)
		.map(([name, value]) => ({ name, label: labelOf(name), value }));
}

/** Title, description, e-mail address and priority by the labels: those that are the field before those about it. */
export function readByLabel(fields: readonly Labelled[]): ByLabel {
	const left = new Set(fields);
	const take = (field: Field, accept: (value: unknown) => unknown): unknown => {
		for (const candidate of candidates(field, [...left])) {
			const value = accept(candidate.value);
			if (value === undefined) continue;
			left.delete(candidate);
			return value;
		}
		return undefined;
	};
	const found: Found = {
		email: take('email', addressAlone),
		title: take('title', visibleText),
		priority: take('priority', visibleText),
		description: take('description', visibleText),
	};
	return { found, rest: [...left] };
}

/** The item's own number, where a column or key says so. */
export function ticketIdIn(fields: readonly Labelled[]): string | undefined {
	const number = fields.find(({ name }) => /^ticket[ _]?id$/iu.test(name))?.value;
	const text = typeof number === 'number' ? String(number) : number;
	return typeof text === 'string' && /^[\w.-]{1,100}$/u.test(text) ? text : undefined;
}

function candidates(field: Field, fields: readonly Labelled[]): Labelled[] {
	const exact = EXACT[field].flatMap((known) => fields.filter(({ label }) => label === known));
	const about = fields.filter(({ label }) => ABOUT[field].test(label) && !BESIDES.test(label));
	return [...exact, ...about];
}

/** An address, not a text in which there is one. */
function addressAlone(value: unknown): string | undefined {
	const address = addressOf(value);
	if (address === undefined || typeof value !== 'string') return address;
	const first = value.split(/[,;]/u)[0].trim();
	return first === address || first.endsWith(`<${address}>`) ? address : undefined;
}

function visibleText(value: unknown): string | undefined {
	if (isRecord(value) && value.type !== 'doc' && typeof value.name !== 'string') return undefined;
	const text = textOf(value);
	if (text === undefined || !isVisible(text.slice(0, LONGEST_LABEL * 100))) return undefined;
	return isHtml(text) ? htmlToText(text) : text;
}

function labelOf(name: string): string {
	const words = name.slice(0, LONGEST_LABEL).replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
	const label = plainText(words)
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();
	return label.replace(FILLERS, '');
}
