import { UsageError } from '../../../service/cli/options';
import { parseMappings } from '../../../service/cli/mappings/run';

const COMMANDS = ['list', 'add', 'test', 'remove', 'import', 'export'];

const help = (...argv: string[]): string => {
	const asked = parseMappings(argv, '/data');
	return 'help' in asked ? asked.help : '';
};

test.each([['--help'], ['-h'], ['help'], ['--help', 'list']])('%j shows every command', (...argv) => {
	const text = help(...argv);
	expect(text.split('\n')[0]).toBe('Usage: npm run mappings -- COMMAND [options]');
	for (const name of COMMANDS) expect(text).toContain(`\n  ${name} `);
});

test.each(COMMANDS)('%s has help of its own, whatever else is asked', (name) => {
	const text = help(name, '--help');
	expect(text.split('\n')[0]).toContain(`Usage: npm run mappings -- ${name}`);
	expect(help(name, 'x', 'y', '-h')).toBe(text);
});

test.each<[string[], string]>([
	[[], 'Say what to do: list, add, test, remove, import, export'],
	[['show'], 'There is no command "show": there is list, add'],
	[['constructor'], 'There is no command "constructor"'],
	[['--json', 'list'], 'There is no command "--json"'],
	[['list', '--all'], "Unknown option '--all': there is --help, --json"],
	[['list', 'IT'], 'list shows every mapping'],
	[['list', '--json=yes'], "'--json' does not take an argument"],
	[['remove'], 'Name the id of one mapping'],
	[['remove', '1', '2'], 'Name the id of one mapping'],
	[['remove', '0'], 'An id is a whole number from 1'],
	[['remove', '2147483648'], 'An id is a whole number from 1'],
	[['remove', '1e3'], 'An id is a whole number from 1'],
	[['test'], 'Name one mapping by its id, or say --all'],
	[['test', '1', '--all'], 'Name one mapping by its id, or say --all'],
	[['test', 'IT'], 'An id is a whole number'],
	[['test', '1', '--ticket', ''], 'must not be empty'],
	[['import'], 'Name one file of mappings'],
	[['import', ''], 'Name one file of mappings'],
	[['import', 'a.yaml', 'b.yaml'], 'Name one file of mappings'],
	[['import', 'a.yaml', '--force'], "'--force': there is --help, --replace, --dry-run"],
	[['export', 'a', 'b'], 'one file, or none'],
	[['export', ''], 'one file, or none'],
	[['export', '--format', 'toml'], '--format must be yaml or json'],
	[['add'], 'add needs --department and --system'],
	[['add', '--department', 'IT'], 'add needs --department and --system'],
	[['add', '--department', 'IT', '--system', 'http', 'desk'], 'in quotes?'],
	[['add', '--department', 'IT', '--system', 'http', '--header', 'hush'], "needed: --header 'Name: text'"],
	[['add', '--department', 'IT', '--system', 'http', '--header', ': hush'], "needed: --header 'Name: text'"],
	[['add', '--department', 'IT', '--system', 'http', '--setting', 'hush'], 'needed: --setting key=value'],
	[['add', '--department', 'IT', '--system', 'http', '--setting', 'a=hush', '--setting', 'a=1'], 'a is given twice'],
])('%j is wrong usage', (argv, message) => {
	const parse = (): unknown => parseMappings(argv, '/data');
	expect(parse).toThrow(UsageError);
	expect(parse).toThrow(message);
	expect(parse).not.toThrow('hush');
});
