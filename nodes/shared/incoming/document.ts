import { isRecord } from '../../../core/json';

const MOST_NODES = 5000;
/** Nodes that stand on lines of their own. */
const BLOCKS = new Set<unknown>(['paragraph', 'heading', 'codeBlock', 'tableRow', 'rule', 'mediaSingle', 'hardBreak']);
const CELLS = new Set<unknown>(['tableCell', 'tableHeader']);

/**
 * The text of Jira's rich text (https://developer.atlassian.com/cloud/jira/platform/apis/document/structure). Without
 * recursion and with a bounded number of nodes, so that no document is too deep or too large.
 */
export function documentToText(document: unknown): string {
	const pieces: string[] = [];
	const waiting: unknown[] = [document];
	for (let count = 0; waiting.length > 0 && count < MOST_NODES; count += 1) {
		const node = waiting.pop();
		if (typeof node === 'string') pieces.push(node);
		if (!isRecord(node)) continue;
		pieces.push(inlineText(node));
		if (BLOCKS.has(node.type)) waiting.push('\n');
		if (node.type === 'listItem') pieces.push('- ');
		if (CELLS.has(node.type)) waiting.push(' ');
		if (Array.isArray(node.content) && waiting.length < MOST_NODES) {
			waiting.push(...node.content.slice(0, MOST_NODES).reverse());
		}
	}
	return pieces.join('').trim();
}

function inlineText(node: Record<string, unknown>): string {
	if (node.type === 'text') return typeof node.text === 'string' ? node.text : '';
	if (!isRecord(node.attrs)) return '';
	const { text, url } = node.attrs;
	if (typeof text === 'string') return text;
	return node.type === 'inlineCard' && typeof url === 'string' ? url : '';
}
