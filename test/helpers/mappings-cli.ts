import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { migrate } from '../../service/database';
import { parseMappings, runMappings } from '../../service/cli/mappings/run';
import type { Environment } from '../../service/config';
import { insertMapping, listMappings, type NewMapping, type StoredMapping } from '../../service/store/mappings';
import { collect, type Folder } from './triage-cli';

export interface Ended {
	code: number | null;
	stdout: string;
	stderr: string;
}

export function newMapping(overrides: Partial<NewMapping> = {}): NewMapping {
	return {
		...{ department: 'IT', teamName: 'IT Support', system: 'http', endpoint: 'https://desk.example/hush-path' },
		...{ method: 'POST', headers: {}, settings: {}, priorityThreshold: 'low' as const, isActive: true },
		...overrides,
	};
}

/** The commands in this process, on the folder's database. */
export function mappingsCli(folder: Folder, environment: Environment = {}) {
	const cli = {
		async run(argv: string[], input: string | Buffer = ''): Promise<Ended> {
			const [stdout, stderr] = [collect(), collect()];
			const asked = parseMappings(argv, folder.path);
			if ('help' in asked) return { code: 0, stdout: asked.help, stderr: '' };
			const code = await runMappings(asked.work, {
				...{ environment: { ...folder.environment, ...environment }, root: folder.path },
				stdin: Readable.from([Buffer.from(input)], { objectMode: false }),
				...{ stdout: stdout.stream, stderr: stderr.stream },
			});
			return { code, stdout: stdout.text(), stderr: stderr.text() };
		},
		stored: (): Promise<StoredMapping[]> => folder.query(listMappings),
		/** Stores mappings as they are, good or bad. Resolves with their ids. */
		store: (...mappings: NewMapping[]): Promise<number[]> =>
			folder.query(async (knex) => {
				await migrate(knex);
				const at = '2026-01-31T12:00:00.000Z';
				const ids: number[] = [];
				for (const mapping of mappings) ids.push((await insertMapping(knex, mapping, at)).id);
				return ids;
			}),
	};
	return cli;
}

export type MappingsCli = ReturnType<typeof mappingsCli>;

const PROGRAM = join(__dirname, '../../service/build/service/cli/mappings.js');

/** The built command as a process of its own. */
export function runProgram(folder: Folder, argv: string[], input = ''): Promise<Ended> {
	const child = spawn(process.execPath, [PROGRAM, ...argv], {
		cwd: folder.path,
		env: { PATH: process.env.PATH, ...folder.environment },
	});
	const output = { stdout: '', stderr: '' };
	child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
	child.stdin.end(input);
	return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...output })));
}
