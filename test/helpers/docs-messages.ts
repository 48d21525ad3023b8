import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './process';

export interface Message {
	file: string;
	/** What is always the same in it, part by part. */
	parts: string[];
}

/** Texts of three words or more in a source file, so far as `counts` says of the nodes around them; imports and comments are none. */
export function messagesOf(file: string, counts: (parents: ts.Node[]) => boolean = () => true): Message[] {
	const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, false);
	const found: Message[] = [];
	const visit = (node: ts.Node, parents: ts.Node[]): void => {
		const parts = partsOf(node);
		if (parts !== null && /\S+ \S+ \S+/.test(parts.join('…')) && counts(parents)) found.push({ file, parts });
		if (parts === null || ts.isTemplateExpression(node))
			ts.forEachChild(node, (child) => visit(child, [...parents, node]));
	};
	visit(source, []);
	return found;
}

function partsOf(node: ts.Node): string[] | null {
	if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
	if (!ts.isTemplateExpression(node)) return null;
	return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
}

/** Whether the text stands in a call or construction of one of these. */
export function within(...names: string[]): (parents: ts.Node[]) => boolean {
	return (parents) =>
		parents.some((parent) => {
			if (!ts.isCallExpression(parent) && !ts.isNewExpression(parent)) return false;
			return ts.isIdentifier(parent.expression) && names.includes(parent.expression.text);
		});
}

/** What pages quote in the first column of tables: messages or pieces of them, `…` for what changes. */
export function quotedIn(markdown: string): string[][] {
	return [...markdown.matchAll(/^\| `([^`]+)`/gm)].map(([, text]) =>
		text
			.split('…')
			.map((part) => part.trim())
			.filter((part) => part.length > 2),
	);
}

/** Whether one of the quotes is of this message. */
export function isQuoted({ parts }: Message, quotes: readonly string[][]): boolean {
	return quotes.some((quote) => quote.some((piece) => parts.some((part) => isPiece(piece, part.trim()))));
}

const TELLING = 10;

function isPiece(piece: string, part: string): boolean {
	return (piece.length >= TELLING && part.includes(piece)) || (part.length >= TELLING && piece.includes(part));
}
