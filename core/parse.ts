import { isRecord, jsonDepth, type JsonRecord } from './json';
import { cleanLine, cleanText, codePoints, isVisible } from './text';
import { LIMITS, PRIORITIES, type Priority, type Ticket } from './ticket';

export interface Problem {
	/** Where: a field's name, or empty for the whole value. */
	field: string;
	message: string;
}

export type Parsed = { ticket: Ticket } | { problems: Problem[] };

/**
 * A ticket from anything at all, or every problem at once. Never throws.
 * Text is cleaned (see text.ts) and missing optional fields get their defaults.
 */
export function parseTicket(value: unknown, options: { email: 'required' | 'optional' }): Parsed {
	const record = plainRecord(value);
	if (!record) return { problems: [{ field: '', message: 'must be an object with title and description' }] };
	const read = new FieldReader(record);
	const ticket: Ticket = {
		title: read.text('title', cleanLine, textProblem(LIMITS.title)),
		description: read.text('description', cleanText, textProblem(LIMITS.description)),
		email: options.email === 'optional' && isBlank(record.email) ? '' : read.text('email', cleanLine, emailProblem),
		priority: read.optional('priority', readPriority) ?? 'medium',
		source: read.optional('source', readSource) ?? null,
		metadata: read.optional('metadata', readMetadata) ?? {},
	};
	return read.problems.length > 0 ? { problems: read.problems } : { ticket };
}

export function textProblem(limit: number): (text: string) => string | null {
	return (text) => {
		if (!isVisible(text)) return 'must not be empty';
		const length = codePoints(text);
		return length > limit ? `must have at most ${limit} characters, has ${length}` : null;
	};
}

export function emailProblem(text: string): string | null {
	if (text.length > LIMITS.email) return `must have at most ${LIMITS.email} characters`;
	return EMAIL.test(text) ? null : 'must be an e-mail address such as ana@example.com';
}

/** With an apostrophe within, as O'Neil has, but none before: that is a quotation mark. */
export const EMAIL =
	/^(?!')[^\s\p{C}\p{Default_Ignorable_Code_Point}\uFFFD@"<>(),:;\\[\]]+@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)+$/u;

export function metadataProblem(value: JsonRecord): string | null {
	const { metadataDepth, metadataLength } = LIMITS;
	try {
		if (jsonDepth(value, metadataDepth) > metadataDepth)
			return `must not be nested deeper than ${metadataDepth} levels`;
		const text = JSON.stringify(value) as string | undefined;
		if (text === undefined) return 'must be plain JSON';
		return text.length > metadataLength ? `must have at most ${metadataLength} characters as JSON` : null;
	} catch {
		return 'must be plain JSON';
	}
}

/** The value's own fields, once; a host's objects may have getters that throw. */
function plainRecord(value: unknown): JsonRecord | undefined {
	try {
		return isRecord(value) ? { ...value } : undefined;
	} catch {
		return undefined;
	}
}

type Read<T> = (value: unknown) => { value: T } | { problem: string };

class FieldReader {
	readonly problems: Problem[] = [];

	constructor(private readonly record: JsonRecord) {}

	text(field: string, clean: (text: string) => string, problem: (text: string) => string | null): string {
		const value = this.record[field];
		if (value === undefined) return this.fail(field, 'is required');
		if (typeof value !== 'string') return this.fail(field, 'must be a text');
		const text = clean(value);
		const message = problem(text);
		return message === null ? text : this.fail(field, message);
	}

	optional<T>(field: string, read: Read<T>): T | undefined {
		const value = this.record[field];
		if (value === undefined || value === null) return undefined;
		const result = read(value);
		if ('value' in result) return result.value;
		this.fail(field, result.problem);
		return undefined;
	}

	private fail(field: string, message: string): string {
		this.problems.push({ field, message });
		return '';
	}
}

function readPriority(value: unknown): { value: Priority } | { problem: string } {
	const priority = PRIORITIES.find((known) => known === value);
	return priority ? { value: priority } : { problem: `must be one of ${PRIORITIES.join(', ')}` };
}

function readSource(value: unknown): { value: string } | { problem: string } {
	if (typeof value !== 'string') return { problem: 'must be a text' };
	const text = cleanLine(value);
	const tooLong = codePoints(text) > LIMITS.source;
	return tooLong ? { problem: `must have at most ${LIMITS.source} characters` } : { value: text };
}

function readMetadata(value: unknown): { value: JsonRecord } | { problem: string } {
	if (!isRecord(value)) return { problem: 'must be an object' };
	const problem = metadataProblem(value);
	return problem === null ? { value } : { problem };
}

function isBlank(value: unknown): boolean {
	return value === undefined || value === null || (typeof value === 'string' && cleanLine(value) === '');
}
