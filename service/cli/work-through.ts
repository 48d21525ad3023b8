import { TriageError } from '../../core/errors';
import type { FieldProblem } from '../http/problems';
import type { Logger } from '../logger';
import { createInFlight, type InFlight } from './in-flight';
import type { TriageOptions } from './options';
import type { Progress, Standing, Terminal } from './progress';
import type { Results } from './results';
import type { Row } from './rows';
import type { Summary } from './summary';
import { readTicketRow, type TicketRow } from './ticket-row';
import type { Triage } from './triage-port';

/** One run over one file. */
export interface Run {
	options: TriageOptions;
	results: Results;
	triage: Triage;
	log: Logger;
	/** Ends the reading; what is under way is finished. */
	stop: AbortController;
	/** How long that may take; what is under way is on disk and settles later all the same. */
	drainMs: number;
	stderr: Terminal;
	progress: Progress;
	summary: Summary;
	counts: Standing & {
		/** Rows that the results file had already. */
		finishedEarlier: number;
		/** Rows whose ticket was in the database already. */
		storedEarlier: number;
	};
	/** Why it could not go on, for the person at the terminal. */
	failure: string | null;
}

const MOST_IN_FLIGHT = 128;

/** Every row to its end, a bounded number at a time, or as far as it goes until `run.stop`. Closes what the run uses. */
export async function workThrough(rows: AsyncIterable<Row>, run: Run): Promise<void> {
	const patience = patienceAfter(run);
	const inFlight = createInFlight(MOST_IN_FLIGHT, (error) => fail(error, run));
	try {
		await readAll(rows, inFlight, run, patience.signal);
	} catch (error) {
		if (!run.stop.signal.aborted) fail(error, run);
	}
	await inFlight.idle();
	patience.end();
	run.progress.update(run.counts);
	run.progress.stop();
	await run.triage.close();
	await run.results.close();
}

async function readAll(rows: AsyncIterable<Row>, inFlight: InFlight, run: Run, patience: AbortSignal): Promise<void> {
	for await (const row of rows) {
		if (run.stop.signal.aborted) return;
		const ticketRow = readTicketRow(row, run.options.email);
		run.counts.position = row.end;
		run.counts.read += 1;
		if (!skipFinished(ticketRow, run)) await inFlight.start(() => handleRow(ticketRow, run, patience));
		run.progress.update(run.counts);
	}
}

function skipFinished(row: TicketRow, { results, summary, counts }: Run): boolean {
	const finished = 'ticketId' in row ? results.finished.get(row.ticketId) : undefined;
	if (!finished || !('ticketId' in row)) return false;
	results.finished.delete(row.ticketId);
	summary.count(finished);
	counts.finishedEarlier += 1;
	counts.done += 1;
	return true;
}

async function handleRow(row: TicketRow, run: Run, patience: AbortSignal): Promise<void> {
	const { counts } = run;
	if ('problems' in row) {
		counts.invalid += 1;
		run.progress.note(`line ${row.line}: ${row.problems.map(describeProblem).join('; ')}`);
		return run.results.write(row.line, { problems: row.problems });
	}
	const settled = await run.triage.settle(row.ticket, row.ticketId, patience);
	if (!settled) return;
	await run.results.write(row.line, settled.outcome);
	run.summary.count(settled.outcome);
	counts.done += 1;
	if (settled.known) counts.storedEarlier += 1;
	run.progress.update(counts);
}

function describeProblem({ field, message }: FieldProblem): string {
	return field === '' ? message : `${field} ${message}`;
}

/** The first failure ends the run: it can be taken up again. */
function fail(error: unknown, run: Run): void {
	if (run.failure !== null) return;
	run.log.error({ error: error instanceof TriageError ? (error.cause ?? error) : error }, 'the run was ended');
	const { code } = error as { code?: unknown };
	const reason =
		error instanceof TriageError ? error.message : `an unexpected error (${String(code ?? 'see the log')})`;
	run.failure = reason;
	run.stop.abort(reason);
}

function patienceAfter({ stop, drainMs, progress }: Run): { signal: AbortSignal; end: () => void } {
	const patience = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const begin = (): void => {
		progress.note('Stopping: finishing what is under way');
		timer = setTimeout(() => patience.abort(), drainMs);
	};
	if (stop.signal.aborted) begin();
	else stop.signal.addEventListener('abort', begin, { once: true });
	return { signal: patience.signal, end: () => clearTimeout(timer) };
}
