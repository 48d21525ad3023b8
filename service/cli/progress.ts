import type { Writable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';

export interface Standing {
	/** Bytes of the input that were read. */
	position: number;
	read: number;
	done: number;
	invalid: number;
}

export interface Progress {
	update(standing: Standing): void;
	/** A line that stays. */
	note(text: string): void;
	stop(): void;
}

export type Terminal = Writable & { isTTY?: boolean };

const PLAIN_MS = 5000;

/** A bar where a person looks on, now and then a line where a log is written. `size` is null where it is not known. */
export function createProgress(stream: Terminal, size: number | null): Progress {
	return stream.isTTY ? bar(stream, size) : plain(stream, size);
}

function bar(stream: Terminal, size: number | null): Progress {
	const counts = '{done} of {read} rows, {invalid} invalid';
	const format =
		size === null ? `${counts}, {duration_formatted}` : `{bar} {percentage} % | ${counts}, {eta_formatted} left`;
	const options = { format, stream, gracefulExit: false, barsize: 20, forceRedraw: true, linewrap: true };
	const single = new SingleBar(options, Presets.shades_classic);
	single.start(size ?? 1, 0, { read: 0, done: 0, invalid: 0 });
	return {
		update: ({ position, ...counted }) => single.update(size === null ? 0 : Math.min(position, size), counted),
		note(text) {
			// The bar returns at its end to a saved position: that has to move below the note.
			stream.write(`\r\u001b[K${text}\n\u001b7`);
			single.render();
		},
		stop: () => single.stop(),
	};
}

function plain(stream: Terminal, size: number | null): Progress {
	let standing: Standing = { position: 0, read: 0, done: 0, invalid: 0 };
	const timer = setInterval(() => stream.write(`${describe(standing, size)}\n`), PLAIN_MS);
	timer.unref();
	return {
		update: (now) => (standing = now),
		note: (text) => stream.write(`${text}\n`),
		stop: () => clearInterval(timer),
	};
}

function describe({ position, read, done, invalid }: Standing, size: number | null): string {
	const share = size ? ` (${Math.floor((Math.min(position, size) / size) * 100)} %)` : '';
	return `${done} of ${read} rows read are done, ${invalid} invalid${share}`;
}
