import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './process';

/** What a page asks of its reader, in reading order. */
export type Step =
	| { kind: 'given'; name: string; line: number }
	| { kind: 'file'; name: string; content: string; line: number }
	| { kind: 'command'; text: string; terminal: string | null; exits: number; line: number }
	| { kind: 'output'; language: string; content: string; of: string | null; part: boolean; line: number }
	| { kind: 'not run'; why: string; text: string; line: number };

/** What is said of a block in comments before it. */
type Marks = Map<string, string>;

/** README.md and every page of docs/. */
export const PAGES: readonly string[] = [
	'README.md',
	...readdirSync(join(ROOT, 'docs'))
		.filter((name) => name.endsWith('.md'))
		.sort()
		.map((name) => `docs/${name}`),
];

export function textOf(path: string): string {
	return readFileSync(join(ROOT, path), 'utf8');
}

const MARK = /^ *<!-- ([a-z ]+?)(?:: (.+))? -->$/;
const MARKS = ['given', 'file', 'terminal', 'exits', 'output', 'part', 'not run', 'without'];

/** The steps of a page. @throws where a block says neither what runs it nor what it is compared with */
export function stepsOf(markdown: string): Step[] {
	const steps: Step[] = [];
	const lines = markdown.split('\n');
	let marks: Marks = new Map();
	for (let i = 0; i < lines.length; i += 1) {
		const mark = MARK.exec(lines[i]);
		const fence = /^( *)```+(\w*)$/.exec(lines[i]);
		if (mark && MARKS.includes(mark[1])) {
			if (mark[1] === 'given') steps.push({ kind: 'given', name: mark[2], line: i + 1 });
			else marks.set(mark[1], mark[2] ?? '');
		} else if (fence) {
			const end = lines.findIndex((line, at) => at > i && line.trim() === '```');
			const content = lines.slice(i + 1, end).map((line) => line.slice(fence[1].length));
			steps.push(...stepsOfBlock(fence[2], content.join('\n'), marks, i + 1));
			i = end;
			marks = new Map();
		} else if (lines[i].trim() !== '' && marks.size > 0) {
			throw new Error(`line ${i + 1}: no block follows what is said of one`);
		}
	}
	return steps;
}

function stepsOfBlock(language: string, content: string, marks: Marks, line: number): Step[] {
	const file = marks.get('file');
	if (file !== undefined) return [{ kind: 'file', name: file, content: `${content}\n`, line }];
	const of = marks.get('output') ?? marks.get('part');
	if (of !== undefined) {
		return [{ kind: 'output', language, content, of: of || null, part: marks.has('part'), line }];
	}
	if (language === 'text') return [];
	if (language !== 'sh') {
		throw new Error(`line ${line}: this block is no command: say which file it is, or whose output, or make it text`);
	}
	return commandsOf(content, marks, line);
}

function commandsOf(content: string, marks: Marks, line: number): Step[] {
	const why = marks.get('not run');
	if (why !== undefined) return [{ kind: 'not run', why, text: content, line }];
	const left = marks.get('without');
	const notRun: Step[] = left === undefined ? [] : [{ kind: 'not run', why: 'installs packages', text: left, line }];
	const text = content
		.split('\n')
		.filter((one) => one !== left)
		.join('\n');
	const exits = Number(marks.get('exits') ?? 0);
	const terminal = marks.get('terminal') ?? (exits === 0 ? longRunning(text) : null);
	return [...notRun, { kind: 'command', text, terminal, exits, line }];
}

/** The terminal of a command that goes on until it is ended. */
function longRunning(text: string): string | null {
	const last = text.split('\n').at(-1) ?? '';
	if (/(^|\s)npm start$/.test(last)) return 'service';
	return /--help/.test(last) ? null : (/npm run (fake-gemini|fake-targets|dev)\b/.exec(last)?.[1] ?? null);
}
