import { presentMapping } from '../../http/present';
import { listMappings, type StoredMapping } from '../../store/mappings';
import { UsageError } from '../options';
import { readArguments, type Command, type Session } from './command';
import { whyUnused } from './describe';
import { layOut } from './table';

export const list: Command = {
	usage: `Usage: npm run mappings -- list [--json]

A table of the mappings: which department's tickets go to which system, from which priority upwards, and what
keeps a mapping from being used.

  --json    as GET /mappings answers, secrets masked
`,
	parse(argv) {
		const { values, positionals } = readArguments(argv, { json: { type: 'boolean' } });
		if (positionals.length > 0) throw new UsageError('list shows every mapping: name none');
		return (session) => show(session, values.json ?? false);
	},
};

async function show(session: Session, asJson: boolean): Promise<number> {
	const mappings = await session.withDatabase(listMappings);
	if (asJson) session.print(JSON.stringify({ mappings: mappings.map(presentMapping) }, null, 2));
	else if (mappings.length > 0) session.print(table(mappings, session));
	else session.print('There are no mappings: every ticket goes to the inbox. The first start of a service makes some.');
	return 0;
}

const HEADINGS = ['ID', 'Department', 'From', 'System', 'Team', 'Host', 'Active'];

function table(mappings: readonly StoredMapping[], session: Session): string {
	const problems = mappings.map((mapping) => whyUnused(mapping, mappings, session));
	const rows = mappings.map((mapping) => cells(mapping));
	if (problems.every((problem) => problem === null)) return layOut([HEADINGS, ...rows]);
	return layOut([[...HEADINGS, 'Problem'], ...rows.map((row, i) => [...row, problems[i] ?? ''])]);
}

function cells(mapping: StoredMapping): string[] {
	const { id, department, priorityThreshold, system, teamName, endpoint, isActive } = mapping;
	return [String(id), department, priorityThreshold, system, teamName, hostOf(endpoint), isActive ? 'yes' : 'no'];
}

/** The host alone: any other part of an address may be secret. */
function hostOf(endpoint: string): string {
	if (endpoint === '') return '-';
	const [reference] = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}/.exec(endpoint) ?? [];
	return reference ?? (URL.canParse(endpoint) ? new URL(endpoint).host || '?' : '?');
}
