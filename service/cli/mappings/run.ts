import type { Readable, Writable } from 'node:stream';
import { OWN_VARIABLES, loadConfig, type Config, type Environment } from '../../config';
import { migrate, openDatabase } from '../../database';
import { databaseProblem } from '../../database-problem';
import { loadDepartments } from '../../departments';
import { lookupIn } from '../../environment';
import { createLogger } from '../../logger';
import { outsideLookup } from '../../outside-lookup';
import { UsageError } from '../options';
import { add } from './add';
import { MappingsProblem, type Command, type Session, type Work } from './command';
import { exportCommand } from './export';
import { importCommand } from './import';
import { list } from './list';
import { remove } from './remove';
import { test } from './test';

const COMMANDS: Record<string, Command> = {
	...{ list, add, test, remove },
	...{ import: importCommand, export: exportCommand },
};

const USAGE = `Usage: npm run mappings -- COMMAND [options]

Shows and changes which system takes which department's tickets: the mappings in DATABASE_URL. A running
service goes by a change within a second.

  list                 the mappings, and what keeps one from being used
  add                  one more mapping
  test ID | --all      the exact request of a test ticket; --send sends it
  remove ID            one mapping less
  export [FILE]        all mappings, as import takes them
  import FILE          mappings from a YAML or JSON file: all of them, or none where one is wrong

  COMMAND --help       the options of a command

npm prints lines of its own: npm run --silent mappings -- ... keeps standard output clean.

Exit code: 0 all is well, 1 something is wrong with the mappings, 2 wrong usage or setup.
`;

/** What is to be done, or the help that is asked for. `folder` is what relative paths start from. @throws UsageError */
export function parseMappings(argv: string[], folder: string): { work: Work } | { help: string } {
	const [name, ...rest] = argv;
	const known = Object.keys(COMMANDS).join(', ');
	if (name === undefined) throw new UsageError(`Say what to do: ${known} (--help says more)`);
	if (isHelp(name) || name === 'help') return { help: USAGE };
	if (!Object.hasOwn(COMMANDS, name)) throw new UsageError(`There is no command "${name}": there is ${known}`);
	const command = COMMANDS[name];
	return rest.some(isHelp) ? { help: command.usage } : { work: command.parse(rest, folder) };
}

function isHelp(argument: string): boolean {
	return argument === '--help' || argument === '-h';
}

export interface MappingsDeps {
	environment: Environment;
	/** Where relative paths of the configuration start. */
	root: string;
	stdin: Readable;
	stdout: Writable;
	stderr: Writable;
}

/** Resolves with the exit code. @throws UsageError, ConfigError */
export async function runMappings(work: Work, deps: MappingsDeps): Promise<number> {
	const config = loadConfig(deps.environment, deps.root);
	const note = (text: string): void => void deps.stderr.write(`${text}\n`);
	try {
		return await work({
			departments: loadDepartments(config.departmentsFile),
			allowedPrivateHosts: config.allowedPrivateHosts,
			lookup: outsideLookup(lookupIn(deps.environment), { allowed: config.allowedReferences, own: OWN_VARIABLES }),
			stdin: deps.stdin,
			print: (text) => void deps.stdout.write(`${text}\n`),
			note,
			withDatabase: (use) => withDatabase(config, note, use),
		});
	} catch (error) {
		if (!(error instanceof MappingsProblem)) throw error;
		note(error.message);
		return 1;
	}
}

/** Migrating locks, also where there is nothing to do: whoever only looks must keep no service from starting. */
async function withDatabase<T>(
	{ database, environment }: Config,
	note: (text: string) => void,
	use: Parameters<Session['withDatabase']>[0],
): Promise<T> {
	// What knex has to say of itself would go to standard output.
	const knex = openDatabase(database, createLogger('silent', environment, 2));
	try {
		for (const migrated of await migrate(knex)) note(`The database was brought up to date: ${migrated}`);
		return (await use(knex)) as T;
	} catch (error) {
		throw error instanceof MappingsProblem ? error : databaseProblem(database, error);
	} finally {
		await knex.destroy();
	}
}
