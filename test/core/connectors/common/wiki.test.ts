import fc from 'fast-check';
import { wikiVerbatim } from '../../../../core/connectors/common/wiki';

const inside = (text: string): string => wikiVerbatim(text).slice('{noformat}\n'.length, -'\n{noformat}'.length);

test('ordinary text is shown as it is', () => {
	const text = 'C:\\Users\\ana says {"code": [1]} *now* | h1. x';
	expect(wikiVerbatim(text)).toBe(`{noformat}\n${text}\n{noformat}`);
});

test.each([
	['{noformat}*x*', '(noformat}*x*'],
	['{NoFormat:title=x} y', '(NoFormat:title=x} y'],
	['{ noformat }', '( noformat }'],
	['\\{noformat}', '\\(noformat}'],
	['{{noformat}}', '{(noformat}}'],
	['see [~admin] and [ ~accountid:5]', 'see (~admin] and ( ~accountid:5]'],
	['Source: {', 'Source: ('],
	['{a} {b {', '{a} (b ('],
])('%j cannot end the block, name a person or take its end along', (text, shown) => {
	expect(inside(text)).toBe(shown);
});

test('there is one beginning and one end, whatever the text', () => {
	const pieces = fc.constantFrom('{', '}', 'noformat', '{noformat}', '[', '~', ' ', '\n', '\\', 'x', ':');
	fc.assert(
		fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
			const markup = wikiVerbatim(parts.join(''));
			expect(markup.match(/\{\s*noformat/giu)).toHaveLength(2);
			expect(markup).toMatch(/^\{noformat\}\n[^]*\n\{noformat\}$/u);
			expect(markup).not.toMatch(/\[\s*~/u);
			expect(markup).not.toMatch(/\{[^}]*\n\{noformat\}$/u);
		}),
	);
});
