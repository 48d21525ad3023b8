/** A node of Jira's rich text (Atlassian Document Format), as far as it is written here. */
export interface AdfNode {
	type: 'doc' | 'paragraph' | 'text' | 'hardBreak' | 'rule' | 'bulletList' | 'listItem' | 'codeBlock';
	version?: 1;
	text?: string;
	content?: AdfNode[];
}

/** What a text field of Jira holds by default, in UTF-16 units. */
const FIELD_LIMIT = 32_767;

/**
 * Text as paragraphs, with a list below it. All of it is plain text nodes, so no mention, link or macro can come of it.
 * Text of so many lines that its nodes would not fit the field becomes one block of code.
 */
export function adfDocument(text: string, items: readonly string[]): AdfNode {
	const rich = documentOf(paragraphs(text), items);
	if (text === '' || JSON.stringify(rich).length <= FIELD_LIMIT) return rich;
	return documentOf([{ type: 'codeBlock', content: [{ type: 'text', text }] }], items);
}

function documentOf(body: AdfNode[], items: readonly string[]): AdfNode {
	const list: AdfNode = {
		type: 'bulletList',
		content: items.map((item) => ({ type: 'listItem', content: [{ type: 'paragraph', content: lines(item) }] })),
	};
	return { version: 1, type: 'doc', content: items.length === 0 ? body : [...body, { type: 'rule' }, list] };
}

function paragraphs(text: string): AdfNode[] {
	return text
		.split(/\n(?:[^\S\n]*\n)+/u)
		.map((paragraph): AdfNode => ({ type: 'paragraph', content: lines(paragraph) }))
		.filter(({ content }) => content?.length);
}

function lines(paragraph: string): AdfNode[] {
	return paragraph.split('\n').flatMap((text, i): AdfNode[] => [
		...(i === 0 ? [] : [{ type: 'hardBreak' } as const]),
		// The format has no empty text.
		...(text === '' ? [] : [{ type: 'text', text } as const]),
	]);
}
