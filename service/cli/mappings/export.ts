import { open, realpath, rename, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { MASK } from '../../http/present';
import { listMappings } from '../../store/mappings';
import { UsageError } from '../options';
import { readArguments, type Command, type Session } from './command';
import { exportedForm } from './form';

interface ExportOptions {
	/** An absolute path, or null for standard output. */
	output: string | null;
	format: 'yaml' | 'json';
	secrets: boolean;
}

export const exportCommand: Command = {
	usage: `Usage: npm run mappings -- export [FILE] [--format yaml|json] [--secrets]

Writes all mappings as import takes them: to FILE, or to standard output. References such as \${JIRA_TOKEN} stay
as they are. Secrets that are written out in a mapping are masked as ${MASK}; an import into the same database
keeps what is stored in their place.

  --format    yaml or json (what the name of the file ends in; otherwise yaml)
  --secrets   write them out; FILE can then be read by nobody else (mode 0600)
`,
	parse(argv, folder) {
		const options = { format: { type: 'string' }, secrets: { type: 'boolean' } } as const;
		const { values, positionals } = readArguments(argv, options);
		if (positionals.length > 1 || positionals[0] === '') throw new UsageError('export writes one file, or none');
		const [file] = positionals;
		const format = readFormat(values.format, file ?? '');
		const output = file === undefined || file === '-' ? null : resolve(folder, file);
		return (session) => exportMappings(session, { output, format, secrets: values.secrets ?? false });
	},
};

function readFormat(given: string | undefined, file: string): ExportOptions['format'] {
	if (given === 'yaml' || given === 'json') return given;
	if (given !== undefined) throw new UsageError('--format must be yaml or json');
	return extname(file).toLowerCase() === '.json' ? 'json' : 'yaml';
}

async function exportMappings(session: Session, { output, format, secrets }: ExportOptions): Promise<number> {
	const mappings = (await session.withDatabase(listMappings)).map((mapping) => exportedForm(mapping, secrets));
	const text = format === 'json' ? `${JSON.stringify(mappings, null, 2)}\n` : toYaml(mappings);
	if (output === null) session.print(text.trimEnd());
	else await writeWhole(output, text, secrets);
	if (output !== null) session.note(`${mappings.length} mappings: ${output}`);
	const masked = secrets ? 0 : text.split(MASK).length - 1;
	if (masked > 0) session.note(`${masked} values are masked as ${MASK}: --secrets writes them out.`);
	return 0;
}

const EXPLANATION = `# Where id and created_at are those of a stored mapping, an import changes that one; else the one that has the
# same department, system, priority_threshold and team_name; else it adds one.
`;

/** Texts that an older YAML takes for something else are quoted. */
function toYaml(mappings: unknown): string {
	return EXPLANATION + stringify(mappings, { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false });
}

/** By way of a second file, so that a full disk leaves the earlier one whole. */
async function writeWhole(path: string, text: string, isSecret: boolean): Promise<void> {
	const found = await stat(path).catch(() => null);
	if (found && !found.isFile()) throw new UsageError(`${path} is no file: name one, or none for standard output`);
	const target = found ? await realpath(path) : path;
	const part = `${target}.part`;
	try {
		const file = await open(part, 'w', isSecret ? 0o600 : 0o666);
		try {
			// Left by an export that was killed, it may be open to others.
			if (isSecret) await file.chmod(0o600);
			await file.writeFile(text);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(part, target);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new UsageError(`${path} cannot be written (${code ?? 'no reason given'})`);
	}
}
