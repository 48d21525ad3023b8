import { decodeEntities } from './entities';

/** What is read of a page, in characters: pictures within a mail may make it megabytes. */
const MOST_READ = 1_000_000;
/** What is made of it, in characters: several times what a ticket holds. */
const MOST_WRITTEN = 40_000;

const TAG_NAME = /^<(\/?)([a-z][a-z\d:]*)/iu;
const BREAKS =
	/^(?:address|article|aside|blockquote|br|dd|div|dl|dt|fieldset|footer|form|h[1-6]|header|hr|li|main|ol|p|pre|section|table|tr|ul)$/u;
/** What they hold is nothing that a reader sees. */
const UNSEEN = /^(?:script|style|template|title|xml)$/u;
const LOOKS_LIKE_HTML =
	/<(?:!doctype html|\/?(?:html|head|body|div|p|br|span|table|tbody|tr|td|ul|ol|li|pre|blockquote|font|h[1-6])(?:\s[^<>]{0,2000})?\/?)>/iu;
const MOST_LOOKED_AT = 20_000;

/** Whether a text that may be either is HTML. */
export function isHtml(text: string): boolean {
	return LOOKS_LIKE_HTML.test(text.slice(0, MOST_LOOKED_AT));
}

/**
 * What a reader of the page sees, as lines; what a mail quotes gets `> ` before each. In time linear in the length,
 * of which the first million characters are read.
 */
export function htmlToText(html: string): string {
	const page = html.slice(0, MOST_READ);
	const lines = new Lines();
	let at = 0;
	while (at < page.length && !lines.areEnough()) {
		const open = page.indexOf('<', at);
		const end = open === -1 ? page.length : open;
		lines.write(page.slice(at, end));
		at = open === -1 ? page.length : readMarkup(page, open, lines);
	}
	return lines.toText();
}

/** Reads the tag or comment at `open`; returns where the text goes on. What never ends goes to the end of the page. */
function readMarkup(page: string, open: number, lines: Lines): number {
	if (page.startsWith('<!--', open)) return after(page, '-->', open + 4);
	if (page[open + 1] === '!' || page[open + 1] === '?') return after(page, '>', open);
	const tag = TAG_NAME.exec(page.slice(open, open + 40));
	if (!tag) {
		lines.write('<');
		return open + 1;
	}
	const end = endOfTag(page, open + tag[0].length);
	const closing = tag[1] !== '';
	const name = tag[2].toLowerCase();
	if (!closing && UNSEEN.test(name)) return afterClosing(page, name, end);
	lines.tag(name, closing);
	return end;
}

function after(page: string, mark: string, from: number): number {
	const at = page.indexOf(mark, from);
	return at === -1 ? page.length : at + mark.length;
}

/** Behind the `>` that ends the tag: not one within quotes, unless they are never closed. */
function endOfTag(page: string, from: number): number {
	const marks = /["'>]/gu;
	marks.lastIndex = from;
	for (let mark = marks.exec(page); mark; mark = marks.exec(page)) {
		if (mark[0] === '>') return marks.lastIndex;
		const closed = page.indexOf(mark[0], marks.lastIndex);
		if (closed !== -1) marks.lastIndex = closed + 1;
	}
	return page.length;
}

function afterClosing(page: string, name: string, from: number): number {
	const closing = new RegExp(`</${name}`, 'giu');
	closing.lastIndex = from;
	return closing.test(page) ? after(page, '>', closing.lastIndex) : page.length;
}

/** The lines as they come to be. */
class Lines {
	private readonly done: string[] = [];
	private line = '';
	private written = 0;
	private quotes = 0;
	private preformatted = 0;

	areEnough(): boolean {
		return this.written > MOST_WRITTEN;
	}

	write(text: string): void {
		const [first, ...more] = this.preformatted > 0 ? text.split(/\r\n|[\r\n]/u) : [text.replace(/\s+/gu, ' ')];
		this.append(first);
		for (const line of more) {
			this.endLine();
			this.append(line);
		}
	}

	tag(name: string, closing: boolean): void {
		if (BREAKS.test(name) && (name === 'br' || this.line.trim() !== '')) this.endLine();
		const step = closing ? -1 : 1;
		if (name === 'p' && closing) this.endLine();
		if (name === 'blockquote') this.quotes = Math.max(0, this.quotes + step);
		if (name === 'pre') this.preformatted = Math.max(0, this.preformatted + step);
		if (name === 'li' && !closing) this.append('- ');
		if (name === 'td' || name === 'th') this.append(' ');
	}

	toText(): string {
		this.endLine();
		return this.done
			.join('\n')
			.replace(/\n{3,}/gu, '\n\n')
			.trim();
	}

	private append(text: string): void {
		this.line += text;
		this.written += text.length;
	}

	/** Entities are read when nothing is looked for in the line any more: what they stand for is text, not markup. */
	private endLine(): void {
		const decoded = decodeEntities(this.line);
		const text = this.preformatted > 0 ? decoded.trimEnd() : decoded.replace(/[ \t\u00a0]+/gu, ' ').trim();
		this.done.push(this.quotes > 0 && text !== '' ? `> ${text}` : text);
		this.written += 1;
		this.line = '';
	}
}
