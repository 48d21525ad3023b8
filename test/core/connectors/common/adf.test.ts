import fc from 'fast-check';
import { adfDocument, type AdfNode } from '../../../../core/connectors/common/adf';

function textOf({ type, text, content = [] }: AdfNode): string {
	if (type === 'hardBreak') return '\n';
	const separator = type === 'paragraph' || type === 'codeBlock' ? '' : '\n\n';
	return text ?? content.map(textOf).join(separator);
}

const typesOf = ({ type, content = [] }: AdfNode): string[] => [type, ...content.flatMap(typesOf)];

test('paragraphs, line breaks and the list are nodes of their own', () => {
	expect(adfDocument('a\nb\n\nc', ['Ticket: 1'])).toEqual({
		version: 1,
		type: 'doc',
		content: [
			{
				type: 'paragraph',
				content: [{ type: 'text', text: 'a' }, { type: 'hardBreak' }, { type: 'text', text: 'b' }],
			},
			{ type: 'paragraph', content: [{ type: 'text', text: 'c' }] },
			{ type: 'rule' },
			{
				type: 'bulletList',
				content: [
					{ type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Ticket: 1' }] }] },
				],
			},
		],
	});
});

test.each(['', '\n', '\n \n\t\n'])('nothing to say (%j) has no empty text node, and no empty list', (text) => {
	const document = adfDocument(text, []);
	expect(JSON.stringify(document)).not.toContain('"text":""');
	expect(typesOf(document)).not.toContain('bulletList');
});

test('whatever the text says, it stays text', () => {
	const types = new Set(['doc', 'paragraph', 'text', 'hardBreak', 'rule', 'bulletList', 'listItem']);
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.string({ minLength: 1 })), (text, items) => {
			expect(typesOf(adfDocument(text, items)).filter((type) => !types.has(type))).toEqual([]);
			expect(textOf(adfDocument(text, [])).split(/\s+/u)).toEqual(text.split(/\s+/u));
		}),
	);
});

test('thousands of lines become one block that fits the field, with every line in it', () => {
	const text = 'a\n'.repeat(5000) + 'end';
	const document = adfDocument(text, ['Ticket: 1']);
	expect(JSON.stringify(document).length).toBeLessThan(32_767);
	expect(document.content?.[0]).toEqual({ type: 'codeBlock', content: [{ type: 'text', text }] });
});
