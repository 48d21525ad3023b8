import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceProcess } from '../../helpers/process';

/** Where a database is whose disk a test can fill. */
export interface Disk {
	name: string;
	file: string;
	/** From now on a process can write little more. */
	fill(process: ServiceProcess): void;
	makeRoom(process: ServiceProcess): void;
	remove(): void;
}

/** The small file system that this folder is on: what is left of it is taken. */
export function smallDisk(parent: string): Disk {
	const folder = mkdtempSync(join(parent, 'triage-'));
	const ballast = join(folder, 'ballast');
	return {
		name: `a full disk at ${parent}`,
		file: join(folder, 'tickets.db'),
		fill: () => writeUntilFull(ballast),
		makeRoom: () => rmSync(ballast),
		remove: () => rmSync(folder, { recursive: true }),
	};
}

/** What is left when it is full, in bytes. */
const LAST_ROOM = 100_000;

/**
 * Any file system, whose files the system lets grow no further: a write fails as for a full disk, but by another code (EFBIG).
 * No privileges are needed; Node leaves out the signal that comes with it.
 */
export function limitedFiles(): Disk {
	const folder = mkdtempSync(join(tmpdir(), 'triage-limited-'));
	const file = join(folder, 'tickets.db');
	const limit = ({ child }: ServiceProcess, most: string): void => {
		execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${most}:`]);
	};
	return {
		name: 'files that may not grow',
		file,
		// By the database, not by its log: of what the log grew to, all is room again once the database has taken it over.
		fill: (process) => limit(process, String(statSync(file).size + LAST_ROOM)),
		makeRoom: (process) => limit(process, 'unlimited'),
		remove: () => rmSync(folder, { recursive: true }),
	};
}

function writeUntilFull(file: string): void {
	const block = Buffer.alloc(4096);
	const open = openSync(file, 'w');
	try {
		for (;;) writeSync(open, block);
	} catch (error) {
		if ((error as { code?: unknown }).code !== 'ENOSPC') throw error;
	} finally {
		closeSync(open);
	}
}
