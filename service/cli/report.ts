import type { Run } from './work-through';

/** What a person wants to know at the end, on standard error. */
export function report(run: Run, interrupted: boolean, milliseconds: number): void {
	const { counts, options, results, summary, stderr } = run;
	const lines = ['', summary.table(), ''];
	lines.push(`${counts.read} rows in ${(milliseconds / 1000).toFixed(1)} s, invalid: ${counts.invalid}`);
	if (counts.finishedEarlier > 0) lines.push(`Done in an earlier run: ${counts.finishedEarlier}`);
	if (counts.storedEarlier > 0) {
		lines.push(`Stored earlier (same line, same content): ${counts.storedEarlier}; these became no second ticket`);
	}
	const open = counts.read - counts.done - counts.invalid;
	if (open > 0) lines.push(`Without a result yet: ${open}`);
	const stopped = interrupted || run.failure !== null;
	if (!stopped && results.finished.size > 0) {
		lines.push(`Results of rows that are not in the file any more: ${results.finished.size} (--fresh leaves them out)`);
	}
	lines.push(`Results: ${options.output === '-' ? 'standard output' : options.output}`);
	if (options.dryRun) lines.push('This was a dry run: nothing was stored or sent.');
	if (run.failure !== null) lines.push(`Stopped before the end: ${run.failure}.`);
	if (stopped) lines.push('Run the same command again to go on: what is done is not done twice.');
	stderr.write(`${lines.join('\n')}\n`);
}
