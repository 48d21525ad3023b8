import { isRecord, jsonDepth, readJson, type JsonRecord } from '../../json';
import type { Mapping } from '../../mapping';
import type { Delivery } from '../connector';
import { movedFrom } from './message';
import { settingText } from './settings';

/** What a ticket is sent with, and what a form of the mapping may ask for. */
const FIELDS: Record<string, (delivery: Delivery) => unknown> = {
	ticket_id: ({ ticketId }) => ticketId,
	title: ({ ticket }) => ticket.title,
	description: ({ ticket }) => ticket.description,
	email: ({ ticket }) => ticket.email,
	department: ({ decision }) => decision.department,
	assigned_to: ({ mapping }) => mapping.teamName,
	priority: ({ ticket }) => ticket.priority,
	effective_priority: ({ decision }) => decision.effectivePriority,
	needs_review: ({ decision }) => decision.needsReview,
	confidence_score: ({ classification }) => classification?.confidence ?? null,
	reasoning: ({ classification }) => classification?.reasoning ?? null,
	source: ({ ticket }) => ticket.source,
	metadata: ({ ticket }) => ticket.metadata,
	moved_from: movedFrom,
	note: ({ note }) => note ?? null,
};

/** The ticket as one flat object, or in the mapping's own form. */
export function bodyOf(delivery: Delivery): unknown {
	const template = templateOf(delivery.mapping);
	const fields = Object.fromEntries(Object.entries(FIELDS).map(([name, read]) => [name, read(delivery)]));
	if (template !== undefined) return fill(template, fields);
	const { moved_from: moved, note, ...plain } = fields;
	return { ...plain, ...(delivery.moved && { moved_from: moved }), ...(note !== null && { note }) };
}

/** What `settings.body` is, or says as JSON; undefined where it is not set, or says something else. */
function templateOf({ settings }: Mapping): unknown {
	return typeof settings.body === 'string' ? readJson(settings.body) : (settings.body ?? undefined);
}

const DEEPEST = 50;

/** What is wrong with the form; `isPending` says of which texts nothing is known until they are sent. */
export function bodyProblems(mapping: Mapping, isPending: (text: string) => boolean): string[] {
	const text = settingText(mapping, 'body');
	const template = templateOf(mapping);
	if (template === undefined) return text === '' || isPending(text) ? [] : ['settings.body must be JSON'];
	if (jsonDepth(template, DEEPEST) > DEEPEST) return [`settings.body must not be nested deeper than ${DEEPEST}`];
	return placeholderProblems(textsIn(template));
}

function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const PLACEHOLDER = /\{\{([^{}]*)\}\}/gu;

function placeholderProblems(texts: string[]): string[] {
	const paths = texts.flatMap((text) => Array.from(text.matchAll(PLACEHOLDER), ([, path]) => path.trim()));
	const unknown = paths.filter((path) => !isKnown(path)).map((path) => (/^[\w.-]{1,60}$/u.test(path) ? path : '…'));
	const named = [...new Set(unknown)].map((path) => `{{${path}}}`).join(', ');
	const known = Object.keys(FIELDS).join(', ');
	const isOpen = texts.some((text) => text.replace(PLACEHOLDER, ' ').includes('{{'));
	return [
		...(named === '' ? [] : [`settings.body asks for ${named}, but there is only ${known}, metadata.<name>`]),
		...(isOpen ? ['settings.body has a {{ that no }} closes'] : []),
	];
}

function isKnown(path: string): boolean {
	const [field, ...below] = path.split('.');
	return Object.hasOwn(FIELDS, field) && (below.length === 0 || (field === 'metadata' && !below.includes('')));
}

/** One pass: what a ticket says goes in as it is, and braces in it mean nothing. */
function fill(template: unknown, fields: JsonRecord): unknown {
	if (Array.isArray(template)) return template.map((item) => fill(item, fields));
	if (isRecord(template)) {
		return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, fill(item, fields)]));
	}
	if (typeof template !== 'string') return template;
	const [only] = template.matchAll(PLACEHOLDER);
	if (only?.[0] === template) return valueAt(fields, only[1]);
	return template.replace(PLACEHOLDER, (_, path: string) => asText(valueAt(fields, path)));
}

function valueAt(fields: JsonRecord, path: string): unknown {
	return path.trim().split('.').reduce<unknown>(ownValue, fields) ?? null;
}

function ownValue(holder: unknown, key: string): unknown {
	if (typeof holder !== 'object' || holder === null) return null;
	return Object.prototype.propertyIsEnumerable.call(holder, key) ? (holder as JsonRecord)[key] : null;
}

function asText(value: unknown): string {
	if (value === null) return '';
	return typeof value === 'string' ? value : JSON.stringify(value);
}
