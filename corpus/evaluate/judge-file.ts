import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { findDepartment } from '../../core/departments';
import { createReader, loadShippedReader, type Reader } from '../../core/local';
import { extractFeatures } from '../../core/local/features';
import type { ModelFile } from '../../core/local/model';
import type { Ticket } from '../../core/ticket';
import type { Environment } from '../../service/config';
import { openInput } from '../../service/cli/input';
import { UsageError, type Format } from '../../service/cli/options';
import { createProgress, type Terminal } from '../../service/cli/progress';
import type { Judged } from '../measure';
import { evaluate, type Evaluated } from './evaluation';
import { readLabelledRows } from './labelled-rows';

export interface FileHost {
	/** Where the path in LOCAL_MODEL starts. */
	root: string;
	environment: Environment;
	stdin: Readable;
	stderr: Terminal;
}

interface Counts {
	judged: Judged[];
	/** Without a department the model knows. */
	unlabelled: number;
	/** No ticket: unreadable, or without title or description. */
	unusable: number;
}

/** A labelled file judged by the shipped model or a company's own. @throws UsageError when it holds nothing to judge */
export async function judgeFile(
	{ path, format }: { path: string; format: Format },
	host: FileHost,
): Promise<Evaluated> {
	const reader = await openReader(host);
	const counts = await judgeRows({ path, format }, reader, host);
	const name = path === '-' ? 'standard input' : basename(path);
	if (counts.judged.length === 0) throw new UsageError(`No row of ${name} is a ticket with a known department`);
	const { departments, version } = reader.model;
	const evaluation = evaluate(counts.judged, departments, {
		key: 'file',
		name: 'This file',
		meaning: 'What the model says of these tickets. Honest as long as it was not trained on them.',
	});
	const title = `${name}: ${counts.judged.length} labelled tickets`;
	return { title, model: version, notes: notesOf(counts), departments, evaluations: [evaluation] };
}

function notesOf({ unlabelled, unusable }: Counts): string[] {
	const notes = ['Languages are as the file says, or as detected where it does not say.'];
	if (unlabelled > 0) notes.push(`Left out for want of a known department: ${unlabelled} rows.`);
	if (unusable > 0) notes.push(`Left out because they are no tickets (title, description, length): ${unusable} rows.`);
	return notes;
}

async function openReader({ root, environment }: FileHost): Promise<Reader> {
	const path = environment.LOCAL_MODEL?.trim();
	if (!path) return loadShippedReader();
	const from = resolve(root, path);
	try {
		return await createReader(JSON.parse(readFileSync(from, 'utf8')) as ModelFile);
	} catch {
		throw new UsageError(`LOCAL_MODEL: ${from} cannot be read as a model`);
	}
}

async function judgeRows(file: { path: string; format: Format }, reader: Reader, host: FileHost): Promise<Counts> {
	const departments = reader.model.departments.map((name) => ({ name, description: '', teams: [], examples: [] }));
	const counts: Counts = { judged: [], unlabelled: 0, unusable: 0 };
	const { stream, size } = await openInput(file.path, host.stdin);
	const progress = createProgress(host.stderr, size);
	let read = 0;
	try {
		for await (const row of readLabelledRows(stream, file.format)) {
			const label = 'label' in row ? findDepartment(departments, row.label)?.name : undefined;
			if ('unusable' in row) counts.unusable += 1;
			else if (label === undefined) counts.unlabelled += 1;
			else counts.judged.push({ label, language: row.language, ...judge(row.ticket, reader) });
			read += 1;
			progress.update({ position: row.end, read, done: counts.judged.length, invalid: read - counts.judged.length });
		}
	} finally {
		progress.stop();
	}
	return counts;
}

function judge(ticket: Ticket, { model, concepts }: Reader): Pick<Judged, 'guess' | 'confidence'> {
	const shares = model.predict(extractFeatures(ticket, model.buckets, concepts));
	const confidence = Math.max(...shares);
	return { guess: model.departments[shares.indexOf(confidence)], confidence };
}
