import type { Evaluated, Evaluation } from './evaluation';
import { picturesOf } from './pictures';
import { CHART_STYLE, asInline, element, escape } from './svg';
import { summaryTable, tablesOf, type Table } from './tables';

/** Nothing is loaded and nothing runs: the policy says so to browsers too. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #111827; background: #ffffff; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; }
.tables { overflow-x: auto; }
table { white-space: nowrap; border-collapse: collapse; margin: 1.5rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid #d1d5db; text-align: right; font-weight: 400; }
thead th { color: #4b5563; } th:first-child { text-align: left; }
.first tbody tr:first-child > * { font-weight: 700; }
figure { margin: 1.5rem 0; } figure svg { width: 100%; max-width: 44rem; height: auto; }
summary { cursor: pointer; font-size: 1.15rem; margin-top: 1.5rem; }
@media (prefers-color-scheme: dark) {
body { color: #f1f5f9; background: #0f172a; }
th, td { border-color: #334155; } thead th { color: #cbd5e1; }
}
`;

/** The report as one page, readable as HTML and as XML. */
export function asHtml(evaluated: Evaluated): string {
	const { title, model, notes, evaluations } = evaluated;
	const [first, ...others] = evaluations;
	const head = [
		'<meta charset="utf-8"/>',
		element('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }),
		'<meta name="viewport" content="width=device-width, initial-scale=1"/>',
		element('title', {}, escape(title)),
		element('style', {}, STYLE + CHART_STYLE),
	];
	const body = [
		element('h1', {}, escape(title)),
		...[`Model: ${model}`, ...notes].map(paragraph),
		element('div', { class: 'tables first' }, table(summaryTable(evaluated))),
		...section(first, 'h2'),
		...others.map((evaluation) => element('details', {}, section(evaluation, 'summary').join('\n'))),
	];
	const parts = [element('head', {}, `\n${head.join('\n')}\n`), element('body', {}, `\n${body.join('\n')}\n`)];
	return `<!DOCTYPE html>\n<html lang="en">\n${parts.join('\n')}\n</html>\n`;
}

function section(evaluation: Evaluation, heading: string): string[] {
	return [
		element(heading, {}, escape(evaluation.name)),
		paragraph(evaluation.meaning),
		...picturesOf(evaluation).map((picture) => element('figure', {}, asInline(picture))),
		element('div', { class: 'tables' }, tablesOf(evaluation).map(table).join('\n')),
	];
}

function paragraph(text: string): string {
	return element('p', {}, escape(text));
}

function table({ caption, head, rows }: Table): string {
	const headings = head.map((heading) => tag('th', heading, { scope: 'col' })).join('');
	const lines = rows.map(([name, ...cells]) => {
		const written = tag('th', name, { scope: 'row' }) + cells.map((cell) => tag('td', cell)).join('');
		return element('tr', {}, written);
	});
	const parts = [tag('caption', caption), element('thead', {}, element('tr', {}, headings))];
	return element('table', {}, [...parts, element('tbody', {}, lines.join('\n'))].join('\n'));
}

/** Never `<th/>`, which HTML would not take for closed. */
function tag(name: string, text: string, attributes: Record<string, string> = {}): string {
	return element(name, attributes, text === '' ? '&#160;' : escape(text));
}
