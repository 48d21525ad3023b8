import { destination, pino, stdTimeFunctions, type Logger, type LoggerOptions } from 'pino';
import type { LogLevel } from './config';
import { contextFields } from './tracing/context';

export type { Logger };

/** How a line is written: with what it belongs to, and of an error nothing that somebody sent. */
export const LINES = {
	mixin: contextFields,
	serializers: { error: describeError },
} satisfies LoggerOptions;

/**
 * JSON lines on standard output, or on standard error (2), where they are written at once: a command may end any moment.
 * What is logged of a ticket is its id and what was decided, never its text.
 */
export function createLogger(level: LogLevel, environment: string, descriptor: 1 | 2 = 1): Logger {
	const stream = destination({ dest: descriptor, sync: descriptor === 2 });
	stream.on('error', () => silence(stream));
	return pino(
		{
			...LINES,
			level,
			base: { service: 'ticket-triage', environment },
			timestamp: stdTimeFunctions.isoTime,
			formatters: { level: (label) => ({ level: label }) },
		},
		stream,
	);
}

/**
 * Standard output that cannot be written to (a full disk) ends the log and not the service. As pino does itself where the
 * other end of a pipe is gone: left alone, the stream tries for ever to write the rest when the process ends.
 */
function silence(stream: ReturnType<typeof destination>): void {
	const nothing = (): void => undefined;
	Object.assign(stream, {
		write: () => true,
		flush: (done?: () => void) => done?.(),
		flushSync: nothing,
		end: nothing,
	});
}

/** Name, message and stack of a bug; of a database error only its code, because the message quotes the values. */
export function describeError(error: unknown): Record<string, unknown> {
	const { code } = (error ?? {}) as { code?: unknown };
	// Codes are written in capitals; anything else in that place may be what somebody sent.
	const coded = typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) && { code };
	if (!(error instanceof Error)) return { name: typeof error, ...coded };
	return { name: error.name, ...coded, stack: framesOf(error) };
}

/** Where it happened, without the message above: it may hold what somebody sent. */
function framesOf(error: Error): string[] {
	return (error.stack ?? '')
		.split('\n')
		.filter((line) => /^\s+at /.test(line))
		.slice(0, 8)
		.map((line) => line.trim());
}
