import { execFile } from 'node:child_process';
import { ROOT } from './process';

/** Reads TypeScript as jest does, without its types. */
const LOADER = `
	const ts = require('typescript');
	const { readFileSync } = require('node:fs');
	const { CommonJS } = ts.ModuleKind;
	const compilerOptions = { module: CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
	require.extensions['.ts'] = (module, file) =>
		module._compile(ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions }).outputText, file);
	require(process.argv[1]);
`;

/** Runs a script in a process of its own, where garbage can be collected, and reads the JSON that it prints last. */
export async function runScript(file: string, input: unknown): Promise<unknown> {
	const args = ['--expose-gc', '-e', LOADER, file, JSON.stringify(input)];
	const printed = await new Promise<string>((resolve, reject) => {
		execFile(process.execPath, args, { cwd: ROOT }, (error, stdout, stderr) =>
			error ? reject(new Error(stderr)) : resolve(stdout),
		);
	});
	return JSON.parse(printed.trim().split('\n').at(-1) ?? '');
}
