import { createReadStream, createWriteStream } from 'node:fs';
import { realpath, rename, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TriageError } from '../../core/errors';
import { readJson } from '../../core/json';
import { splitLines, type Line } from './lines';
import { UsageError, type TriageOptions } from './options';
import { countedOf, isFinished, isResult, type Counted, type Outcome } from './outcomes';
import { MOST_BYTES_A_ROW } from './rows';

export interface Results {
	/** What earlier runs finished, by ticket id. */
	finished: Map<string, Counted>;
	/** Resolves when the line is handed to the system. */
	write(line: number, outcome: Outcome): Promise<void>;
	close(): Promise<void>;
}

/** Results to go on with, or new ones. @throws UsageError rather than harm a file that holds something else */
export async function openResults(
	{ input, output, fresh }: Pick<TriageOptions, 'input' | 'output' | 'fresh'>,
	stdout: Writable,
): Promise<Results> {
	if (output === '-') return { ...lineWriter(stdout), finished: new Map(), close: () => Promise.resolve() };
	const existing = await existingFile(output);
	if (existing !== null && existing === (await existingFile(input))) {
		throw new UsageError('The results would overwrite the tickets: name another file with --output');
	}
	const finished = existing !== null && !fresh ? await goOnWith(existing) : new Map<string, Counted>();
	const stream = createWriteStream(existing ?? output, { flags: fresh ? 'w' : 'a' });
	await new Promise<void>((resolve, reject) => {
		stream.once('open', () => resolve()).once('error', () => reject(new UsageError(`${output} cannot be written`)));
	});
	return { ...lineWriter(stream), finished, close: () => new Promise((resolve) => stream.end(() => resolve())) };
}

/** Where a file really is, or null where there is none. */
async function existingFile(path: string): Promise<string | null> {
	return path === '-' ? null : realpath(path).catch(() => null);
}

function lineWriter(stream: Writable): Pick<Results, 'write'> {
	// Every write hears of the error through its own callback.
	stream.on('error', () => undefined);
	return {
		write: (line, outcome) =>
			new Promise((resolve, reject) => {
				stream.write(`${JSON.stringify({ line, ...outcome })}\n`, (error) =>
					error ? reject(cannotWrite(error)) : resolve(),
				);
			}),
	};
}

function cannotWrite(cause: NodeJS.ErrnoException): TriageError {
	return new TriageError('unavailable', `the results cannot be written (${cause.code ?? 'no reason given'})`, {
		cause,
	});
}

/** What is finished in a results file. Lines that are not, and one torn by a crash, are taken out: those rows come again. */
async function goOnWith(path: string): Promise<Map<string, Counted>> {
	const finished = new Map<string, Counted>();
	if (!(await stat(path)).isFile()) return finished;
	let unfinished = 0;
	for await (const line of resultLines(path)) {
		if (!keep(line, finished)) unfinished += 1;
	}
	if (unfinished > 0) await keepFinishedOnly(path);
	return finished;
}

function keep({ line, bytes, terminated }: Line, finished: Map<string, Counted>): boolean {
	const value = bytes && readJson(bytes.toString('utf8'));
	if (!terminated && bytes && isTornResult(bytes.toString('utf8'))) return false;
	if (!isResult(value)) throw new UsageError(`The results file holds something else in line ${line}: ${ADVICE}`);
	const id = String(value.ticket_id);
	if (!isFinished(value) || finished.has(id)) return false;
	finished.set(id, countedOf(value));
	return true;
}

const ADVICE = 'name another one with --output, or start it anew with --fresh';

function isTornResult(text: string): boolean {
	const start = '{"line":';
	return start.startsWith(text.slice(0, start.length));
}

/** By way of a second file, so that a crash in between loses nothing. */
async function keepFinishedOnly(path: string): Promise<void> {
	const copy = `${path}.part`;
	await pipeline(finishedLines(path), createWriteStream(copy, { flush: true }));
	await rename(copy, path);
}

async function* finishedLines(path: string): AsyncGenerator<string> {
	const kept = new Map<string, Counted>();
	for await (const line of resultLines(path)) {
		if (keep(line, kept)) yield `${String(line.bytes)}\n`;
	}
}

function resultLines(path: string): AsyncIterable<Line> {
	return splitLines(createReadStream(path) as AsyncIterable<Buffer>, MOST_BYTES_A_ROW);
}
