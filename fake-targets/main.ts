/** Stand-ins for the ticketing systems: `npm run fake-targets`; options.ts says what it takes. */
import { UsageError } from '../service/cli/options';
import { runFakeTargets } from './run';

const terminal = {
	say: (text: string) => void process.stdout.write(`${text}\n`),
	onEnd: (end: () => void) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.on(signal, end)),
};

runFakeTargets(process.argv.slice(2), terminal).catch((error: unknown) => {
	const taken = (error as { code?: unknown }).code === 'EADDRINUSE';
	const text = taken ? 'A port is taken: name the first of some free ones with --port' : error;
	process.stderr.write(`${text instanceof UsageError ? text.message : String(text)}\n`);
	process.exitCode = 2;
});
