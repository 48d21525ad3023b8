import { adfDocument } from '../../../core/connectors/common/adf';
import { documentOfText, isDocument, textOfDocument } from '../../../fake-targets/atlassian/adf';

const text = (words: string) => ({ type: 'text', text: words });
const paragraph = (...content: object[]) => ({ type: 'paragraph', content });
const doc = (...content: unknown[]) => ({ type: 'doc', version: 1, content });
const list = (...content: unknown[]) => ({ type: 'bulletList', content });
const item = (...content: unknown[]) => ({ type: 'listItem', content });
const heading = (attrs: unknown) => ({ type: 'heading', attrs, content: [text('a')] });

const nested = (depth: number): unknown =>
	depth === 0 ? paragraph(text('a')) : list(item(paragraph(text('a')), nested(depth - 1)));

it.each([
	['empty', doc()],
	['of a paragraph without content', doc({ type: 'paragraph' })],
	['of words and breaks', doc(paragraph(text('a'), { type: 'hardBreak' }, text('b')))],
	['of headings', doc(heading({ level: 1 }), heading({ level: 6 }))],
	['of code and a rule', doc({ type: 'codeBlock', content: [text('a')] }, { type: 'rule' })],
	['of lists within lists', doc(nested(10))],
	['of an ordered list', doc({ type: 'orderedList', content: [item({ type: 'codeBlock' })] })],
	['of the connector', adfDocument('One\ntwo\n\n\nthree', ['Ticket: TKT-1', 'Team: IT'])],
	['of the connector, as code', adfDocument('a\n'.repeat(2500), ['Ticket: TKT-1'])],
])('takes a document %s', (_, document) => expect(isDocument(JSON.parse(JSON.stringify(document)))).toBe(true));

it.each([
	['a string', 'text'],
	['nothing', null],
	['a list', [doc()]],
	['another kind at the top', paragraph(text('a'))],
	['no version', { type: 'doc', content: [] }],
	['another version', { type: 'doc', version: 2, content: [] }],
	['no content', { type: 'doc', version: 1 }],
	['a field too many', { ...doc(), attrs: {} }],
	['words outside a paragraph', doc(text('a'))],
	['a document within', doc(doc())],
	['an unknown kind', doc({ type: 'mention', attrs: { id: '1' } })],
	['a kind named like a property of objects', doc({ type: 'toString' })],
	['a kind that is no text', doc({ type: ['paragraph'] })],
	['empty words', doc(paragraph(text('')))],
	['words that are none', doc(paragraph({ type: 'text', text: 1 }))],
	['words with content', doc(paragraph({ ...text('a'), content: [] }))],
	['marks', doc(paragraph({ ...text('a'), marks: [{ type: 'strong' }] }))],
	['a break within code', doc({ type: 'codeBlock', content: [{ type: 'hardBreak' }] })],
	['a rule with content', doc({ type: 'rule', content: [] })],
	['an empty list', doc(list())],
	['a list without content', doc({ type: 'bulletList' })],
	['a list of paragraphs', doc(list(paragraph(text('a'))))],
	['an empty item', doc(list(item()))],
	['a heading within an item', doc(list(item(heading({ level: 1 }))))],
	['a heading without level', doc(heading(undefined))],
	['a heading of level 0', doc(heading({ level: 0 }))],
	['a heading of level 7', doc(heading({ level: 7 }))],
	['a heading whose level is a text', doc(heading({ level: '1' }))],
	['a heading with more', doc(heading({ level: 1, id: 'a' }))],
	['content that is no list', doc({ type: 'paragraph', content: {} })],
	['null within', doc(null)],
	['what is nested too deep', doc(nested(2000))],
])('refuses %s', (_, value) => expect(isDocument(value)).toBe(false));

it.each([
	['a\nb', doc(paragraph(text('a'), { type: 'hardBreak' }, text('b')))],
	['a\nb\nc', doc(paragraph(text('a')), list(item(paragraph(text('b'))), item(paragraph(text('c')))))],
	['a\nb', doc({ type: 'codeBlock', content: [text('a\nb')] })],
	['', 'text'],
])('reads %j', (words, document) => expect(textOfDocument(document)).toBe(words));

it.each([
	['{noformat}\na\nb\n{noformat}', doc({ type: 'codeBlock', content: [text('a\nb')] })],
	['{noformat}{noformat}', doc({ type: 'codeBlock', content: [] })],
	['a\n\nb', doc(paragraph(text('a')), paragraph(), paragraph(text('b')))],
])('writes %j as rich text', (words, document) => {
	expect(documentOfText(words)).toEqual(document);
	expect(isDocument(documentOfText(words))).toBe(true);
});
