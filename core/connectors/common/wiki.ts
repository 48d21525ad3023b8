/**
 * Text that Jira's wiki markup shows as it is: a {noformat} block that nothing in the text can close.
 * A mention's opening is broken as well, since a block need not keep Jira from notifying who is named in it.
 */
export function wikiVerbatim(text: string): string {
	const unclosable = text.replace(/\{(?=\s*noformat)/giu, '(').replace(/\[(?=\s*~)/gu, '(');
	return `{noformat}\n${withoutOpenBrace(unclosable)}\n{noformat}`;
}

/** A brace that the text leaves open could take the end of the block for its own. */
function withoutOpenBrace(text: string): string {
	const end = text.lastIndexOf('}') + 1;
	return text.slice(0, end) + text.slice(end).replaceAll('{', '(');
}
