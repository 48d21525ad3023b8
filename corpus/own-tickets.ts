import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { findDepartment, DEFAULT_DEPARTMENTS } from '../core/departments';
import { detectLanguage } from '../core/local/language';
import { wordsOf } from '../core/local/words';
import { parseTicket } from '../core/parse';
import { openInput } from '../service/cli/input';
import { UsageError, type Format } from '../service/cli/options';
import type { CorrectedTicket } from '../service/store/corrections';
import { readLabelledRows } from './evaluate/labelled-rows';
import type { Example } from './read-corpus';

/** Where a company's labelled tickets come from: at least one of the two. */
export interface OwnSources {
	file: { path: string; format: Format } | null;
	/** Those that persons corrected are among them. */
	corrections: boolean;
}

export interface SourcesHost {
	stdin: Readable;
	say: (text: string) => void;
	/** The later of two for the same ticket counts. */
	corrections: () => AsyncIterable<CorrectedTicket>;
}

const LEAST_ROWS = 50;

/** @throws UsageError where there are too few of them */
export async function readOwn({ file, corrections }: OwnSources, host: SourcesHost): Promise<Example[]> {
	const filed = file ? await readLabelled(file, host) : [];
	const corrected = corrections ? await readCorrected(host) : [];
	if (filed.length + corrected.length >= LEAST_ROWS) return [...filed, ...corrected];
	const counts = [
		...(file ? [`labelled tickets in ${basename(file.path)}: ${filed.length}`] : []),
		...(corrections ? [`corrected tickets in the database: ${corrected.length}`] : []),
	];
	throw new UsageError(`${counts.join(', ')}; at least ${LEAST_ROWS} are needed`);
}

async function readLabelled(file: NonNullable<OwnSources['file']>, { stdin, say }: SourcesHost): Promise<Example[]> {
	const { stream } = await openInput(file.path, stdin);
	const own: Example[] = [];
	let leftOut = 0;
	for await (const row of readLabelledRows(stream, file.format)) {
		const department = 'label' in row ? departmentOf(row.label) : undefined;
		if (!('ticket' in row) || department === undefined) leftOut += 1;
		else own.push(toExample(row.ticket, department, row.language));
	}
	if (leftOut > 0) say(`left out: ${leftOut} rows that are no ticket or name no department of the seven`);
	return own;
}

async function readCorrected({ corrections, say }: SourcesHost): Promise<Example[]> {
	const latest = new Map<string, CorrectedTicket>();
	for await (const corrected of corrections()) latest.set(corrected.ticketId, corrected);
	const own = [...latest.values()].flatMap((corrected) => correctedExample(corrected) ?? []);
	const leftOut = latest.size - own.length;
	if (leftOut > 0) say(`left out: ${leftOut} corrections that are no ticket or name no department of the seven`);
	say(`corrections: ${own.length}`);
	return own;
}

/** Null where nothing can be learnt of it: the service takes no such ticket, but other programs wrote to its table. */
function correctedExample({ title, description, ...corrected }: CorrectedTicket): Example | null {
	const department = departmentOf(corrected.department);
	const parsed = parseTicket({ title, description }, { email: 'optional' });
	if (department === undefined || 'problems' in parsed) return null;
	const { ticket } = parsed;
	return toExample(ticket, department, detectLanguage(`${ticket.title}\n${ticket.description}`));
}

function departmentOf(label: string): string | undefined {
	return findDepartment(DEFAULT_DEPARTMENTS, label)?.name;
}

/** Tickets with the same words in the title are about the same thing: they stay on one side of a fold. */
function toExample(
	{ title, description }: { title: string; description: string },
	department: string,
	language: string,
): Example {
	const scenario = `own ${[...new Set(wordsOf(title))].sort().join(' ')}`;
	return { title, description, department, language, scenario, industry: 'own' };
}
