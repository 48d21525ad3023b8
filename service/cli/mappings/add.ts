import { readJson } from '../../../core/json';
import { readMapping } from '../../http/mapping-body';
import { presentMapping } from '../../http/present';
import { HttpProblem } from '../../http/problems';
import { insertMapping, listMappings } from '../../store/mappings';
import { UsageError } from '../options';
import { MappingsProblem, readArguments, type Command, type Session } from './command';
import { said, whyUnused } from './describe';

const OPTIONS = {
	department: { type: 'string' },
	system: { type: 'string' },
	team: { type: 'string' },
	endpoint: { type: 'string' },
	method: { type: 'string' },
	header: { type: 'string', multiple: true },
	setting: { type: 'string', multiple: true },
	priority: { type: 'string' },
	inactive: { type: 'boolean' },
} as const;

export const add: Command = {
	usage: `Usage: npm run mappings -- add --department NAME --system NAME [options]

Adds a mapping, checked as POST /mappings does, and prints it with its secrets masked.

  --team NAME            without one, the department's first team
  --endpoint ADDRESS     where the system's API is
  --method METHOD        POST, unless said otherwise
  --header 'NAME: TEXT'  as often as needed
  --setting KEY=VALUE    as often as needed; true, false, numbers, {...} and [...] are read as JSON
  --priority PRIORITY    from which the mapping counts: low, medium, high, critical (low)
  --inactive             stored, but not used yet

Others on this machine can see what stands on a command line: name secrets as variables of the service's
environment, in single quotes, as in --setting 'api_token=\${JIRA_TOKEN}'.
`,
	parse(argv) {
		const { values, positionals } = readArguments(argv, OPTIONS);
		if (positionals.length > 0) throw new UsageError('add takes options only: is a value not in quotes?');
		if (values.department === undefined || values.system === undefined) {
			throw new UsageError('add needs --department and --system (--help says more)');
		}
		const body = {
			...{ department: values.department, system: values.system, team_name: values.team },
			...{ api_endpoint: values.endpoint, api_method: values.method },
			api_headers: pairs(values.header ?? [], /^([^:]*):(.*)$/su, "--header 'Name: text'"),
			settings: readSettings(values.setting ?? []),
			...{ priority_threshold: values.priority, is_active: !values.inactive },
		};
		return (session) => addMapping(session, body);
	},
};

function readSettings(texts: readonly string[]): Record<string, unknown> {
	const settings = pairs(texts, /^([^=]*)=(.*)$/su, '--setting key=value');
	return Object.fromEntries(Object.entries(settings).map(([key, text]) => [key, readValue(text)]));
}

/** @throws UsageError without what was given: it may be a secret */
function pairs(texts: readonly string[], form: RegExp, example: string): Record<string, string> {
	const found = texts.map((text) => {
		const [, name = '', value = ''] = form.exec(text) ?? [];
		if (name.trim() === '') throw new UsageError(`A name and a value are needed: ${example}`);
		return [name.trim(), value.trim()] as const;
	});
	const names = found.map(([name]) => name);
	const twice = names.find((name, i) => names.indexOf(name) < i);
	if (twice !== undefined) throw new UsageError(`${twice} is given twice`);
	return Object.fromEntries(found);
}

/** JSON, but for texts and for numbers that would not come back as they were written. */
function readValue(text: string): unknown {
	const value = readJson(text);
	if (typeof value === 'number') return String(value) === text ? value : text;
	return typeof value === 'boolean' || (typeof value === 'object' && value !== null) ? value : text;
}

async function addMapping(session: Session, body: Record<string, unknown>): Promise<number> {
	const mapping = read(body, session);
	const { stored, all } = await session.withDatabase(async (knex) => {
		const inserted = await insertMapping(knex, mapping, new Date().toISOString());
		return { stored: inserted, all: await listMappings(knex) };
	});
	session.print(JSON.stringify(presentMapping(stored), null, 2));
	const listed = all.find(({ id }) => id === stored.id);
	const problem = listed?.isActive ? whyUnused(listed, all, session) : null;
	if (problem !== null) session.note(`Mapping ${stored.id}: ${problem}`);
	return 0;
}

function read(body: Record<string, unknown>, { departments }: Session) {
	try {
		return readMapping(body, departments);
	} catch (error) {
		if (!(error instanceof HttpProblem)) throw error;
		throw new MappingsProblem('Nothing was added:', error.extra.errors?.map(said) ?? [error.detail]);
	}
}
