import { splitMail } from '../../core/local/mail';
import { htmlToText, isHtml } from '../../nodes/shared/incoming/html';

test.each([
	['breaks and paragraphs', '<p>One<br>two<br/>three</p><p>four</p>', 'One\ntwo\nthree\n\nfour'],
	['white space', '<div>  One\n\t two </div>\n\n<div>three</div>', 'One two\nthree'],
	['an empty paragraph of Outlook', '<p>One</p><p>&nbsp;</p><p>two</p>', 'One\n\ntwo'],
	['lists', '<ul><li>One</li><li>two</li></ul>', '- One\n- two'],
	['tables', '<table><tr><th>Room</th><td>4</td></tr><tr><td>Floor</td><td>2</td></tr></table>', 'Room 4\nFloor 2'],
	['preformatted text', '<pre>  a\n    b</pre>c', '  a\n    b\nc'.trim()],
	['script, style and title', '<title>T</title><style>p > a {}</style>a<script>if (1 < 2) x("</p>")</script>b', 'ab'],
	['comments', 'a<!-- <p>no</p> --><!--[if mso]><p>no</p><![endif]-->b<!doctype html>', 'ab'],
	['a tag with > in quotes', '<a title="1 > 2" href=\'>\'>link</a>', 'link'],
	['a quote that is never closed', '<a title="x>link</a> and more', 'link and more'],
	['a tag that is never closed', 'before <a href="x', 'before'],
	['a script that is never closed', 'before <script>after', 'before'],
	['a comment that is never closed', 'before <!-- after', 'before'],
	['less-than signs', 'if 1 < 2 and 3 <4 <', 'if 1 < 2 and 3 <4 <'],
	['names in upper case', '<P>One<BR>two</P><STYLE>x</STYLE>', 'One\ntwo'],
	[
		'entities',
		'&lt;b&gt; &amp;amp; &auml;&#228;&#xE4; &euro;&nbsp;5 &unknown; &#0;&#x110000;',
		'<b> &amp; äää € 5 &unknown; \uFFFD\uFFFD',
	],
	['tags that entities spell', '&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'],
	['names of the prototype', '&constructor; &toString;<constructor>x</constructor>', '&constructor; &toString;x'],
	['nothing', '', ''],
])('%s', (_, html, text) => {
	expect(htmlToText(html)).toBe(text);
});

test('what a mail quotes is marked as in plain text, so that it is no part of the ticket', () => {
	const reply =
		'<div>It is back again.</div><blockquote><div>We mended it.</div><blockquote>It leaks.</blockquote></blockquote>';
	expect(htmlToText(reply)).toBe('It is back again.\n> We mended it.\n> It leaks.');
	expect(splitMail(htmlToText(reply))).toMatchObject({
		own: 'It is back again.',
		quoted: '> We mended it.\n> It leaks.',
	});
	const gmail =
		'<div>Still broken</div><div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 2, 2026 at 8:14 AM IT &lt;it@example.com&gt; wrote:<br></div><blockquote>Try again</blockquote></div>';
	expect(splitMail(htmlToText(gmail)).own.trim()).toBe('Still broken');
});

test.each([
	['<p>Hello</p>', true],
	['Line one<br>line two', true],
	['<!DOCTYPE html><html></html>', true],
	['a <div class="x">b</div>', true],
	['a < b and c > d', false],
	['use List<String> or <name>', false],
	['Ana <ana@example.com> wrote <p', false],
	['', false],
])('%j is HTML: %s', (text, expected) => {
	expect(isHtml(text)).toBe(expected);
});

/** Each would take hours if the time grew with the square of the length. */
test.each([
	'<',
	'<a ',
	'<a "',
	`<a '"`,
	'<!--',
	'<!',
	'<script>',
	'<style></style',
	'<p>',
	'</p>',
	'<blockquote>',
	'<pre>\n',
	'<br>',
	'&',
	'&#',
	'&amp;',
	' ',
	'\n',
	'<td> ',
	'x',
])('10 MB of %j are read in linear time, and what comes of them is bounded', (piece) => {
	const page = piece.repeat(10_000_000 / piece.length);
	expect(htmlToText(page).length).toBeLessThanOrEqual(1_000_000);
	expect(typeof isHtml(page)).toBe('boolean');
});

test('no more is made of a page than a few times what a ticket holds', () => {
	expect(htmlToText('<p>and so on</p>'.repeat(50_000)).length).toBeLessThan(45_000);
});

test('what stands before megabytes of pictures and styles is found', () => {
	const picture = `<img src="data:image/png;base64,${'A'.repeat(400_000)}">`;
	const styles = `<style>${'p { margin: 0 } '.repeat(10_000)}</style>`;
	expect(htmlToText(`${styles}${picture}<p>The lift stands still.</p>${picture.repeat(20)}`)).toBe(
		'The lift stands still.',
	);
});
