/** How good the local classifier is: `npm run evaluate`; evaluate/options.ts says what it takes. */
import { callersFolder, findRoot, readEnvironment } from '../service/environment';
import { UsageError } from '../service/cli/options';
import { TriageError } from '../core/errors';
import { USAGE, parseEvaluateOptions } from './evaluate/options';
import { runEvaluate } from './evaluate/run';

async function main(): Promise<void> {
	const root = findRoot();
	const options = parseEvaluateOptions(process.argv.slice(2), { folder: callersFolder('evaluate'), root });
	if (options === null) return void process.stdout.write(USAGE);
	const { stdin, stdout, stderr } = process;
	await runEvaluate(options, { root, environment: readEnvironment(root, process.env), stdin, stdout, stderr });
}

main().catch((error: unknown) => {
	const expected = error instanceof UsageError || error instanceof TriageError;
	process.exitCode = 2;
	console.error(expected ? error.message : error);
});
