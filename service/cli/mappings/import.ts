import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { Knex } from 'knex';
import { deleteMapping, insertMapping, listMappings, replaceMapping, type StoredMapping } from '../../store/mappings';
import { openInput } from '../input';
import { UsageError } from '../options';
import { MappingsProblem, readArguments, type Command, type Session } from './command';
import { describeMapping, whyUnused } from './describe';
import { planImport, type Plan } from './plan';
import { readMappings } from './read-mappings';
import { layOut } from './table';

interface ImportOptions {
	/** An absolute path, or `-` for standard input. */
	input: string;
	replace: boolean;
	dryRun: boolean;
}

export const importCommand: Command = {
	usage: `Usage: npm run mappings -- import FILE [--replace] [--dry-run]

Makes the mappings what FILE (YAML or JSON, - for standard input) says: a list of mappings as POST /mappings takes
them, or an object with such a list as "mappings". All of it is written, or nothing where one is wrong. The same
file again changes nothing.

An entry changes the stored mapping with its id (and its created_at, where it has one), else the one with its
department, system, priority_threshold and team_name; others are added. ••• keeps what is stored.

  --replace    delete the mappings that the file does not have
  --dry-run    say what would be done, and do nothing
`,
	parse(argv, folder) {
		const options = { replace: { type: 'boolean' }, 'dry-run': { type: 'boolean' } } as const;
		const { values, positionals } = readArguments(argv, options);
		if (positionals.length !== 1 || positionals[0] === '') {
			throw new UsageError('Name one file of mappings, or - for standard input (--help says more)');
		}
		const input = positionals[0] === '-' ? '-' : resolve(folder, positionals[0]);
		const asked = { input, replace: values.replace ?? false, dryRun: values['dry-run'] ?? false };
		return (session) => importMappings(session, asked);
	},
};

const MOST_BYTES = 5 * 1024 * 1024;

async function importMappings(session: Session, { input, replace, dryRun }: ImportOptions): Promise<number> {
	const { stream } = await openInput(input, session.stdin);
	const entries = readMappings(await readAll(stream));
	const make = (stored: readonly StoredMapping[]): Plan =>
		planImport(entries, stored, { departments: session.departments, replace });
	const { plan, ids, all } = await session.withDatabase(async (knex) => {
		if (dryRun) return { plan: make(await listMappings(knex)), ids: [], all: [] };
		const written = await knex.transaction((trx) => write(trx, make));
		return { ...written, all: await listMappings(knex) };
	});
	report(session, plan, ids);
	const touched = new Set(ids);
	for (const mapping of all.filter(({ id, isActive }) => isActive && touched.has(id))) {
		const problem = whyUnused(mapping, all, session);
		if (problem !== null) session.note(`Mapping ${mapping.id}, ${describeMapping(mapping)}: ${problem}`);
	}
	if (dryRun) session.note('This was a dry run: nothing was written.');
	return 0;
}

async function readAll(stream: Readable): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of stream as AsyncIterable<Buffer>) {
		chunks.push(chunk);
		length += chunk.length;
		if (length > MOST_BYTES) throw new MappingsProblem('The file is larger than 5 MB: nothing was read');
	}
	return Buffer.concat(chunks);
}

/** Resolves with what was done, and the ids of what was written, one for each change. */
async function write(
	trx: Knex.Transaction,
	make: (stored: readonly StoredMapping[]) => Plan,
): Promise<{ plan: Plan; ids: number[] }> {
	// Every row is locked before it is read, so that nobody changes what the plan is made from.
	await trx('team_mappings').update({ updated_at: trx.ref('updated_at') });
	const plan = make(await listMappings(trx));
	const at = new Date().toISOString();
	for (const { id } of plan.deleted) await deleteMapping(trx, id);
	const ids: number[] = [];
	for (const { stored, mapping, fields } of plan.changes) {
		if (!stored) ids.push((await insertMapping(trx, mapping, at)).id);
		else ids.push(stored.id);
		if (stored && fields.length > 0) await replaceMapping(trx, stored.id, () => mapping, at);
	}
	return { plan, ids };
}

function report(session: Session, { changes, deleted, others }: Plan, ids: readonly number[]): void {
	const rows = [
		...changes.map(({ mapping, stored, fields }, i) => {
			const what = !stored ? 'added' : fields.length > 0 ? 'changed' : 'unchanged';
			return [what, String(stored?.id ?? ids[i] ?? '-'), describeMapping(mapping), fields.join(', ')];
		}),
		...deleted.map((mapping) => ['deleted', String(mapping.id), describeMapping(mapping), '']),
	];
	const told = rows.filter(([what]) => what !== 'unchanged');
	if (told.length > 0) session.print(layOut(told));
	const count = (what: string): string => `${rows.filter((row) => row[0] === what).length} ${what}`;
	const counts = ['added', 'changed', 'unchanged', 'deleted'].map(count).join(', ');
	session.print(others > 0 ? `${counts}; ${others} others stay as they are` : counts);
}
