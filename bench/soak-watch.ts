import type { World } from './soak-world';
import { ask } from './soak-world';

/** What the service held at one time. */
export interface Sample {
	seconds: number;
	/** Megabytes, after what is no longer needed was thrown away. */
	heap: number;
	rss: number;
	/** Milliseconds that the event loop was late by, at worst and for 99 in 100, since the sample before. */
	lag: number;
	files: number;
	/** Tickets not settled yet. */
	waiting: number;
}

const MB = 1024 * 1024;

export async function takeSample({ url, service }: World, startedMs: number): Promise<Sample> {
	const text = String(await ask(url, 'GET', '/metrics'));
	const { heapUsed, rss } = await service.memory();
	const metric = (pattern: RegExp): number =>
		[...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
	return {
		seconds: (performance.now() - startedMs) / 1000,
		heap: heapUsed / MB,
		rss: rss / MB,
		lag: metric(/^nodejs_eventloop_lag_p99_seconds (\S+)/gm) * 1000,
		files: metric(/^process_open_fds (\S+)/gm),
		waiting: metric(/^queue_jobs\{state="(?!dead)\w+"\} (\S+)/gm),
	};
}

/** By how much a line through the points rises a second: least squares. */
export function slope(points: readonly { x: number; y: number }[]): number {
	const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
	const [x, y] = [mean(points.map((point) => point.x)), mean(points.map((point) => point.y))];
	const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
	return spread === 0 ? 0 : points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
}

const MOST_GROWTH_MB = 24;
const MOST_MORE_FILES = 16;

/** Before it caches fill, code is compiled and pools open their connections. */
const WARM_UP = 1 / 3;

/**
 * What grew that should not have. The heap has two ways out: its line is flat, or with the traffic gone it is back where it was.
 * `end` is after the traffic.
 */
export function growth(samples: readonly Sample[], end: Sample): string[] {
	const warm = samples.filter(({ seconds }) => seconds >= (samples.at(-1)?.seconds ?? 0) * WARM_UP);
	if (warm.length < 2) return ['too few samples to judge by: let it run for longer'];
	const rise =
		slope(warm.map(({ seconds, heap }) => ({ x: seconds, y: heap }))) *
		(warm[warm.length - 1].seconds - warm[0].seconds);
	const kept = end.heap - warm[0].heap;
	const heap = rise > MOST_GROWTH_MB && kept > MOST_GROWTH_MB;
	const files = end.files - samples[0].files;
	return [
		...(heap
			? [`the heap rose by ${rise.toFixed(1)} MB and kept ${kept.toFixed(1)} MB (at most ${MOST_GROWTH_MB})`]
			: []),
		...(files > MOST_MORE_FILES
			? [`${files} more files and sockets are open than at the start (at most ${MOST_MORE_FILES})`]
			: []),
	];
}
