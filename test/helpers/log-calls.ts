import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { sourceFiles } from './architecture';
import { ROOT } from './process';

export interface LogCall {
	/** As operators know it. */
	level: string;
	/** Whatever is filled in as `…`. */
	message: string;
	file: string;
}

const LEVELS: Record<string, string> = {
	...{ trace: 'TRACE', debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR', fatal: 'CRITICAL' },
};

/** Every line that the service can log, as its source has it. @throws where a message is no text */
export function logCalls(): LogCall[] {
	return sourceFiles()
		.filter((file) => file.startsWith('service/'))
		.flatMap((file) => callsIn(file, readFileSync(join(ROOT, file), 'utf8')));
}

export function callsIn(file: string, text: string): LogCall[] {
	const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
	const calls: LogCall[] = [];
	const visit = (node: ts.Node): void => {
		const level = ts.isCallExpression(node) && levelOf(node.expression);
		if (level) calls.push({ level, message: messageOf(node.arguments.at(-1), source), file });
		ts.forEachChild(node, visit);
	};
	visit(source);
	return calls;
}

function levelOf(callee: ts.Expression): string | undefined {
	if (!ts.isPropertyAccessExpression(callee) || !Object.hasOwn(LEVELS, callee.name.text)) return undefined;
	return /(?:^|\.)log(?:ger)?$/u.test(callee.expression.getText()) ? LEVELS[callee.name.text] : undefined;
}

function messageOf(node: ts.Node | undefined, source: ts.SourceFile): string {
	if (node && ts.isStringLiteralLike(node)) return node.text;
	if (node && ts.isTemplateExpression(node))
		return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
	if (node && ts.isIdentifier(node)) return messageOf(constantIn(source, node.text), source);
	if (node && ts.isBinaryExpression(node)) return messageOf(node.left, source) + messageOf(node.right, source);
	throw new Error(`${source.fileName} logs something that is not a text: ${node?.getText() ?? 'nothing'}`);
}

function constantIn(source: ts.SourceFile, name: string): ts.Expression | undefined {
	const declared = source.statements
		.filter(ts.isVariableStatement)
		.flatMap((one) => [...one.declarationList.declarations]);
	return declared.find((one) => one.name.getText() === name)?.initializer;
}
