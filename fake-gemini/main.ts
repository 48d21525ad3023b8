/** A stand-in for Gemini: `npm run fake-gemini`; options.ts says what it takes. */
import { UsageError } from '../service/cli/options';
import { runFakeGemini } from './run';

const terminal = {
	say: (text: string) => void process.stdout.write(`${text}\n`),
	onEnd: (end: () => void) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.on(signal, end)),
};

runFakeGemini(process.argv.slice(2), terminal).catch((error: unknown) => {
	const taken = (error as { code?: unknown }).code === 'EADDRINUSE';
	const text = taken ? 'The port is taken: name a free one with --port' : error;
	process.stderr.write(`${text instanceof UsageError ? text.message : String(text)}\n`);
	process.exitCode = 2;
});
