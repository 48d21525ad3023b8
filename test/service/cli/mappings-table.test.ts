import { displayWidth, layOut, printable } from '../../../service/cli/mappings/table';

test.each([
	['', 0],
	['IT Support', 10],
	['Größe', 5],
	['Gro\u0308\u00dfe', 5],
	['你好', 4],
	['ﾃｽﾄ', 3],
	['한국', 4],
	['👩‍💻 on call', 10],
	['🇩🇪', 2],
	['a\u200bb', 2],
	['𠀀', 2],
])('%j takes %p columns', (text, width) => expect(displayWidth(text)).toBe(width));

test('columns are aligned by what a terminal shows, and lines end where their text does', () => {
	const rows = [
		['ID', 'Team', 'Host'],
		['1', '你好', 'a.example'],
		['12', 'IT', ''],
	];
	expect(layOut(rows).split('\n')).toEqual(['ID  Team  Host', '1   你好  a.example', '12  IT']);
});

test.each(['\u001b[2J', 'a\r\nb', '\u009b31m', 'a\u202eb', '\u2028'])('%j cannot do anything to a terminal', (text) => {
	expect(printable(text)).toMatch(/^[^\p{Cc}\u2028-\u202e]*\ufffd[^\p{Cc}\u2028-\u202e]*$/u);
	expect(layOut([[text]])).toBe(printable(text));
});

test('other texts are printed as they are', () => expect(printable('Größe 👩‍💻 你好')).toBe('Größe 👩‍💻 你好'));
