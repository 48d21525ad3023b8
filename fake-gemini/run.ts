import { USAGE, parseFakeOptions, type FakeCommand } from './options';
import { preciseNow, type FakeRequest } from './record';
import { startFakeGemini, type FakeGemini } from './server';

export interface Terminal {
	/** Writes a line, or lines. */
	say(text: string): void;
	/** Calls back when the person there wants it to end. */
	onEnd(end: () => void): void;
}

/** Resolves when it listens, or has said how it is used. @throws UsageError, or an error with code EADDRINUSE */
export async function runFakeGemini(argv: string[], { say, onEnd }: Terminal): Promise<void> {
	const options = parseFakeOptions(argv);
	if (options === null) return say(USAGE);
	const fake = await startFakeGemini({ ...options, onAnswered: (request) => say(describe(request)) });
	say(welcome(fake, options));
	let closing: Promise<void> | undefined;
	onEnd(() => (closing ??= fake.close()));
}

function welcome({ url }: FakeGemini, { apiKey, rates }: FakeCommand): string {
	const faults = Object.entries(rates).map(([name, rate]) => `${name} ${Math.round(rate * 1e4) / 100} %`);
	return [
		`A stand-in for Gemini listens on ${url}`,
		'In another terminal:',
		'',
		`  GEMINI_API_KEY=${apiKey} GEMINI_BASE_URL=${url} npm start`,
		'',
		faults.length > 0 ? `Faults: ${faults.join(', ')}.` : 'No faults; --help says how to have some.',
		'Ctrl-C ends it. Requests:',
	].join('\n');
}

/** A line without a word of any ticket. */
function describe({ at, method, path, tickets, inputTokens, status, fault }: FakeRequest): string {
	const time = new Date(at).toISOString().slice(11, 23);
	const asked = tickets > 0 ? `, ${tickets} ${tickets === 1 ? 'ticket' : 'tickets'}, ${inputTokens} tokens` : '';
	const took = status === null ? 'no answer' : `${status} after ${Math.round(preciseNow() - at)} ms`;
	return `${time} ${method} ${path.split('?')[0]}${asked}: ${took}${fault ? ` (${fault})` : ''}`;
}
