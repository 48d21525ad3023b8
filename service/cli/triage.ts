import { version } from '../../package.json';
import { callersFolder, findRoot, readEnvironment } from '../environment';
import { exitWith } from './exit-with';
import { USAGE, parseOptions } from './options';
import { runTriage } from './run';

/** Ctrl-C under npm arrives twice: from the terminal and from npm. A person's second one comes later. */
const SAME_KEYSTROKE_MS = 1000;

async function main(): Promise<number> {
	const options = parseOptions(process.argv.slice(2), callersFolder('triage'));
	if (options === null) {
		process.stdout.write(USAGE);
		return 0;
	}
	const root = findRoot();
	return runTriage(options, {
		environment: readEnvironment(root, process.env),
		...{ root, version, interrupted: onSignal() },
		...{ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
	});
}

/** The first signal asks for an orderly end, a second one ends at once: everything under way is on disk. */
function onSignal(): AbortSignal {
	const interrupted = new AbortController();
	let first = Infinity;
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.on(signal, () => {
			if (Date.now() - first > SAME_KEYSTROKE_MS) process.exit(signal === 'SIGINT' ? 130 : 143);
			first = Math.min(first, Date.now());
			interrupted.abort(signal);
		});
	}
	return interrupted.signal;
}

exitWith(main());
