import type { HttpRequest, HttpResponse } from '../../http';
import { isRecord, jsonDepth } from '../../json';
import type { Delivery, Receipt } from '../connector';
import { contentOf } from './atlassian';
import { foundIssue, issuesIn, unsearchable } from './issue';
import { keyOf } from './message';

/** Asks for the issues whose text names the delivery: as a phrase, so that its parts stand together. */
export function textQuestion(delivery: Delivery): Required<Pick<HttpRequest, 'body'>> {
	const jql = `text ~ "\\"${wordsOf(keyOf(delivery))}\\""`;
	return { body: JSON.stringify({ jql, fields: ['key', 'description'], maxResults: 50 }) };
}

/** The one among them that the delivery made: others may quote it. @throws TriageError unreadable where that stays open */
export function textFound(response: HttpResponse, delivery: Delivery): Receipt | null {
	const { issues, isLast } = issuesIn(response);
	const ours = issues.find((issue) => isRecord(issue) && isRecord(issue.fields) && isOf(delivery, issue.fields));
	if (ours !== undefined) return foundIssue(ours, delivery);
	if (!isLast) throw unsearchable();
	return null;
}

/** Of the lines that name a ticket the last is ours: what the reporter wrote stands above it. */
function isOf(delivery: Delivery, { description }: Record<string, unknown>): boolean {
	const [ticket] = contentOf(delivery).facts;
	const lines = textOf(description).split('\n').map(wordsOf);
	return lines.filter((line) => line.startsWith('Ticket ')).pop() === wordsOf(ticket);
}

const DEEPEST = 50;

/** What a description says, wiki markup or rich text, in lines. */
function textOf(description: unknown): string {
	return jsonDepth(description, DEEPEST) > DEEPEST ? '' : linesOf(description);
}

function linesOf(node: unknown): string {
	if (typeof node === 'string') return node;
	if (!isRecord(node)) return '';
	if (typeof node.text === 'string') return node.text;
	const content: unknown[] = Array.isArray(node.content) ? node.content : [];
	// A line break is a node of its own, and every block ends one.
	return `${content.map(linesOf).join('')}\n`;
}

/** Without what a search takes for syntax, or ignores. */
function wordsOf(text: string): string {
	return text
		.replace(/[^\p{L}\p{N}_-]+/gu, ' ')
		.trim()
		.slice(0, 500);
}
