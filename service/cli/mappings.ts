import { callersFolder, findRoot, readEnvironment } from '../environment';
import { parseMappings, runMappings } from './mappings/run';
import { exitWith } from './exit-with';

async function main(): Promise<number> {
	const asked = parseMappings(process.argv.slice(2), callersFolder('mappings'));
	if ('help' in asked) {
		process.stdout.write(asked.help);
		return 0;
	}
	const root = findRoot();
	return runMappings(asked.work, {
		...{ environment: readEnvironment(root, process.env), root },
		...{ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
	});
}

// Whoever reads the output may have seen enough of it.
process.stdout.on('error', () => process.exit(1));

exitWith(main());
