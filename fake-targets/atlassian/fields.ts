import { isRecord, type JsonRecord } from '../../core/json';
import { isDocument } from './adf';

/** How a version of the API writes texts: rich, or as wiki markup. */
export type Form = 'document' | 'text';

/** How an edition of Jira names people. */
export interface Person {
	key: 'accountId' | 'name';
	value: string;
}

/** What the Cloud and Data Center say and want differently. */
export interface Edition {
	/** Who signs in. */
	person: Person;
	words: { project: string; issueType: string; summaryTooLong: string };
}

export interface Named {
	id: string;
	key?: string;
	name: string;
}

export const PROJECTS: readonly (Named & { key: string })[] = [
	{ id: '10000', key: 'HELP', name: 'Help desk' },
	{ id: '10001', key: 'OPS', name: 'Operations' },
	{ id: '10002', key: 'SEC', name: 'Security' },
];
export const ISSUE_TYPES: readonly Named[] = named(10_001, 'Task', 'Bug', 'Story', 'Incident', 'Service Request');
export const PRIORITIES: readonly Named[] = named(1, 'Highest', 'High', 'Medium', 'Low', 'Lowest');

function named(first: number, ...names: string[]): Named[] {
	return names.map((name, i) => ({ id: String(first + i), name }));
}

/** What a reference such as `{"key": "HELP"}` or `{"id": "10000"}` names. */
export function findNamed<N extends Named>(list: readonly N[], reference: unknown): N | undefined {
	if (!isRecord(reference)) return undefined;
	const { id, key, name } = reference;
	return list.find((one) =>
		id !== undefined ? one.id === id : key !== undefined ? one.key === key : one.name === name,
	);
}

const LONGEST_TEXT = 32_767;
const TOO_LONG = 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.';

type Check = (value: unknown, edition: Edition, form: Form) => string | null;

const CHECKS: Record<string, Check> = {
	project: () => null,
	issuetype: () => null,
	summary: summaryError,
	description: (value, _, form) => (value === null ? null : textError(value, form)),
	labels: labelsError,
	priority: (value) => (findNamed(PRIORITIES, value) ? null : 'The priority selected is invalid.'),
	reporter: reporterError,
};

/** What is wrong with the fields of a new issue, by field. Nothing else is looked at where the project or type is wrong. */
export function fieldErrors(fields: JsonRecord, edition: Edition, form: Form): Record<string, string> {
	const { words } = edition;
	const basics = {
		...(!findNamed(PROJECTS, fields.project) && { project: words.project }),
		...(!findNamed(ISSUE_TYPES, fields.issuetype) && { issuetype: words.issueType }),
	};
	if (Object.keys(basics).length > 0) return basics;
	const errors = Object.entries({ summary: null, ...fields }).map(([name, value]) => {
		const unknown = `Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`;
		return [name, Object.hasOwn(CHECKS, name) ? CHECKS[name](value, edition, form) : unknown];
	});
	return Object.fromEntries(errors.filter(([, error]) => error !== null)) as Record<string, string>;
}

export function summaryError(value: unknown, { words }: Edition): string | null {
	if (value === null) return 'You must specify a summary of the issue.';
	if (typeof value !== 'string') return 'Operation value must be a string';
	if (value.trim() === '') return 'You must specify a summary of the issue.';
	if (/[\r\n]/u.test(value)) return 'The summary is invalid because it contains newline characters.';
	return value.length > 255 ? words.summaryTooLong : null;
}

export function textError(value: unknown, form: Form): string | null {
	if (form === 'text') {
		if (typeof value !== 'string') return 'Operation value must be a string';
		return value.length > LONGEST_TEXT ? TOO_LONG : null;
	}
	if (!isDocument(value)) return 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
	return JSON.stringify(value).length > LONGEST_TEXT ? TOO_LONG : null;
}

function labelsError(value: unknown): string | null {
	if (!Array.isArray(value)) return 'data was not an array';
	for (const [i, label] of value.entries()) {
		if (typeof label !== 'string') return `string expected at index ${i}`;
		if (/\s/u.test(label) || label === '') return `The label '${label}' contains spaces which is invalid.`;
		if (label.length > 255) return `The label '${label}' exceeds max length of 255.`;
	}
	return null;
}

/** By account, never by address. */
function reporterError(value: unknown, { person }: Edition): string | null {
	if (!isRecord(value)) return 'data was not an object';
	const isKnown = Object.keys(value).join() === person.key && value[person.key] === person.value;
	return isKnown ? null : 'Specify a valid value for reporter';
}
