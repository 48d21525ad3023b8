import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { crossValidate } from './cross-validate';
import { judgeFile, type FileHost } from './judge-file';
import type { EvaluateOptions } from './options';
import { asText } from './text';
import { makeFolder, writeReport } from './write-report';

/** Judges, prints and writes the report. @throws UsageError, TriageError for what the caller can put right */
export async function runEvaluate(options: EvaluateOptions, host: FileHost & { stdout: Writable }): Promise<void> {
	const { file, corpus, output, quick } = options;
	makeFolder(output);
	const progress = (text: string): void => void host.stderr.write(`${text}\n`);
	const evaluated = file === null ? crossValidate(corpus, { quick, progress }) : await judgeFile(file, host);
	writeReport(evaluated, output);
	host.stdout.write(asText(evaluated));
	host.stderr.write(`Report: ${join(output, 'report.html')}\n`);
}
