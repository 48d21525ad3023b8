import { destination, pino, stdTimeFunctions, type Logger } from 'pino';
import type { LogLevel } from './config';

export type { Logger };

/**
 * JSON lines on standard output, or on standard error (2), where they are written at once: a command may end any moment.
 * What is logged of a ticket is its id and what was decided, never its text.
 */
export function createLogger(level: LogLevel, environment: string, descriptor: 1 | 2 = 1): Logger {
	return pino(
		{
			level,
			base: { service: 'ticket-triage', environment },
			timestamp: stdTimeFunctions.isoTime,
			formatters: { level: (label) => ({ level: label }) },
			serializers: { error: describeError },
		},
		destination({ dest: descriptor, sync: descriptor === 2 }),
	);
}

/** Name, message and stack of a bug; of a database error only its code, because the message quotes the values. */
export function describeError(error: unknown): Record<string, unknown> {
	if (!(error instanceof Error)) return { name: typeof error };
	const { code } = error as { code?: unknown };
	if (typeof code === 'string') return { name: error.name, code, stack: framesOf(error) };
	return { name: error.name, stack: framesOf(error) };
}

/** Where it happened, without the message above: it may hold what somebody sent. */
function framesOf(error: Error): string[] {
	return (error.stack ?? '')
		.split('\n')
		.filter((line) => /^\s+at /.test(line))
		.slice(0, 8)
		.map((line) => line.trim());
}
