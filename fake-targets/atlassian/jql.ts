import { PROJECTS } from './fields';
import { descriptionText, type Issue } from './issues';

type Test = (issue: Issue) => boolean;

/** Where words are looked for. */
const TEXTS: Record<string, (issue: Issue) => string[]> = {
	summary: ({ fields }) => [fields.summary],
	description: ({ fields }) => [descriptionText(fields.description)],
	comment: ({ comments }) => comments,
	text: ({ fields, comments }) => [fields.summary, descriptionText(fields.description), ...comments],
};

const CLAUSE = /^\s*(\w+)\s*(!?[=~])\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w-]+)\s*(?:(and\b)|$)/iu;

/** What a question in JQL asks for: clauses with `=` and `~`, joined by AND. Otherwise the words of Jira's refusal. */
export function readJql(jql: string): Test | string {
	const tests: Test[] = [];
	let rest = jql.replace(/\border\s+by\s+[\w\s,]+$/iu, '');
	let isOpen = rest.trim() !== '';
	while (isOpen) {
		const match = CLAUSE.exec(rest);
		if (!match) return 'Error in the JQL Query: Expecting a clause such as field = "value".';
		const [whole, field, operator, value, and] = match;
		const test = readClause(field.toLowerCase(), operator, valueOf(value));
		if (typeof test === 'string') return test;
		tests.push(test);
		rest = rest.slice(whole.length);
		isOpen = and !== undefined;
	}
	return (issue) => tests.every((test) => test(issue));
}

function valueOf(literal: string): string {
	return /^["']/u.test(literal) ? literal.slice(1, -1).replace(/\\(.)/gu, '$1') : literal;
}

function readClause(field: string, operator: string, value: string): Test | string {
	const isText = Object.hasOwn(TEXTS, field);
	if (!isText && field !== 'labels' && field !== 'project') {
		return `Field '${field}' does not exist or you do not have permission to view it.`;
	}
	if (operator !== (isText ? '~' : '=')) return `The operator '${operator}' is not supported by the '${field}' field.`;
	if (field === 'labels') return ({ fields }) => fields.labels.includes(value);
	if (isText) return textTest(TEXTS[field], value);
	const project = PROJECTS.find(({ id, key, name }) => [id, key, name].includes(value));
	return project
		? (issue) => issue.project === project
		: `The value '${value}' does not exist for the field 'project'.`;
}

/** Words in quotes stand side by side, others anywhere; an index knows no punctuation between them. */
function textTest(textsOf: (issue: Issue) => string[], value: string): Test {
	const phrase = /^"(.*)"$/u.exec(value)?.[1];
	const wanted = wordsOf(phrase ?? value);
	const stands = (words: string[]): boolean =>
		phrase === undefined
			? wanted.every((word) => words.includes(word))
			: ` ${words.join(' ')} `.includes(` ${wanted.join(' ')} `);
	// Splitting every text into words takes its time.
	const mayStand = (text: string): boolean => wanted.every((word) => text.toLowerCase().includes(word));
	return (issue) => textsOf(issue).some((text) => mayStand(text) && stands(wordsOf(text)));
}

function wordsOf(text: string): string[] {
	return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
