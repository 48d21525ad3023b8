/** A chart: `body` is markup in a box of `width` × `height`. */
export interface Picture {
	/** The name of its file, without the ending. */
	name: string;
	/** What it shows, for those who cannot see it. */
	title: string;
	width: number;
	height: number;
	body: string;
}

/** Classes rather than colours in the markup, so that one picture is readable in light and in dark. */
export const CHART_STYLE = `
.chart { font-family: system-ui, -apple-system, "Segoe UI", sans-serif; font-size: 13px; }
.chart .paper { fill: #ffffff; }
.chart .ink { fill: #111827; }
.chart .quiet { fill: #4b5563; }
.chart .over { fill: #ffffff; font-weight: 600; }
.chart .accent { fill: #1e40af; }
.chart .grid { stroke: #d1d5db; fill: none; }
.chart .guide { stroke: #6b7280; stroke-dasharray: 4 4; fill: none; }
.chart .curve { stroke: #1e40af; stroke-width: 2; fill: none; }
.chart .mark { fill: #c2410c; stroke: #ffffff; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
.chart .paper { fill: #0f172a; }
.chart .ink { fill: #f1f5f9; }
.chart .quiet { fill: #cbd5e1; }
.chart .over { fill: #0f172a; }
.chart .accent { fill: #60a5fa; }
.chart .grid { stroke: #334155; }
.chart .guide { stroke: #94a3b8; }
.chart .curve { stroke: #60a5fa; }
.chart .mark { fill: #fb923c; stroke: #0f172a; }
}
`;

/** As part of a page that has CHART_STYLE. */
export function asInline({ title, width, height, body }: Picture): string {
	return element(
		'svg',
		{
			xmlns: 'http://www.w3.org/2000/svg',
			class: 'chart',
			viewBox: `0 0 ${width} ${height}`,
			role: 'img',
			'aria-label': title,
		},
		element('rect', { class: 'paper', width, height }) + body,
	);
}

/** As a file of its own. */
export function asFile(picture: Picture): string {
	const { width, height, body } = picture;
	const styled = { ...picture, body: element('style', {}, CHART_STYLE) + body };
	const sized = asInline(styled).replace('<svg ', `<svg width="${width}" height="${height}" `);
	return `<?xml version="1.0" encoding="UTF-8"?>\n${sized}\n`;
}

type Attributes = Record<string, string | number>;

/** `content` is markup already. */
export function element(name: string, attributes: Attributes, content = ''): string {
	const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(String(rounded(value)))}"`);
	return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`;
}

/** A label; `anchor` says which part of it stands at x. */
export function label(
	text: string,
	{ x, y, anchor = 'middle', look = 'ink' }: { x: number; y: number; anchor?: string; look?: string },
): string {
	return element('text', { x, y, 'text-anchor': anchor, class: look }, escape(text));
}

/** What the mouse rests on says this. */
export function tooltip(text: string): string {
	return element('title', {}, escape(text));
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as content or attribute value; what XML cannot hold becomes U+FFFD. */
export function escape(text: string): string {
	return text
		.replace(/[\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/gu, '\uFFFD')
		.replace(/[&<>"']/gu, (character) => ENTITIES[character]);
}

function rounded(value: string | number): string | number {
	return typeof value === 'number' ? Number(value.toFixed(2)) : value;
}
