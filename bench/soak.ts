/** `npm run soak`: the service for minutes under traffic and faults; soak-options.ts says what it takes. */
import { UsageError } from '../service/cli/options';
import { row } from './figures';
import { USAGE, parseSoakOptions, type SoakOptions } from './soak-options';
import { lookFor, untilSettled, type Outcome } from './soak-tickets';
import { startTraffic, type Traffic } from './soak-traffic';
import { verdict } from './soak-verdict';
import { growth, takeSample, type Sample } from './soak-watch';
import { startWorld, type Weather, type World } from './soak-world';

/** From which share of the time on. */
const FORECAST: readonly [number, Weather][] = [
	[0, 'calm'],
	[0.15, 'bad'],
	[0.4, 'down'],
	[0.5, 'gemini_busy'],
	[0.6, 'bad'],
	[0.9, 'calm'],
];
const [LEAST_PATIENCE_MS, MOST_PATIENCE_MS] = [20_000, 120_000];

async function soak(options: SoakOptions): Promise<string[]> {
	const world = await startWorld(options);
	try {
		const started = performance.now();
		const traffic = startTraffic(world.url, options);
		const samples = await watch(world, traffic, { started, totalMs: options.minutes * 60_000 });
		await traffic.stop();
		const seconds = (performance.now() - started) / 1000;
		world.change('calm');
		await untilSettled(world, Math.min(Math.max(options.minutes * 60_000, LEAST_PATIENCE_MS), MOST_PATIENCE_MS));
		const outcome = await lookFor(traffic.acknowledged, world);
		const end = await takeSample(world, started);
		report(traffic, seconds, samples, end);
		reportTickets(traffic, outcome);
		return verdict(traffic, outcome, growth(samples, end));
	} finally {
		await world.close();
	}
}

/** Changes the weather and says every now and then how it goes. */
async function watch(world: World, traffic: Traffic, time: { started: number; totalMs: number }): Promise<Sample[]> {
	const samples: Sample[] = [];
	const everyMs = Math.min(10_000, time.totalMs / 12);
	for (let at = everyMs; at <= time.totalMs; at += everyMs) {
		const share = (at - everyMs) / time.totalMs;
		const weather = FORECAST.filter(([from]) => from <= share).at(-1)?.[1] ?? 'calm';
		world.change(weather);
		await new Promise((resolve) => setTimeout(resolve, Math.max(0, time.started + at - performance.now())));
		const sample = await takeSample(world, time.started);
		samples.push(sample);
		const { seconds, heap, rss, lag, files, waiting } = sample;
		const standing = `${traffic.acknowledged.size} tickets, ${waiting} waiting, ${traffic.wrong.length} wrong`;
		const holds = `heap ${heap.toFixed(0)} MB, rss ${rss.toFixed(0)} MB, lag ${lag.toFixed(0)} ms, ${files} files`;
		console.log(`${seconds.toFixed(0).padStart(5)} s  ${weather.padEnd(11)}  ${standing}, ${holds}`);
	}
	return samples;
}

function report(traffic: Traffic, seconds: number, samples: readonly Sample[], end: Sample): void {
	console.log('');
	for (const [kind, times] of traffic.times) {
		const sorted = [...times].sort((a, b) => a - b);
		const at = (share: number): string => sorted[Math.floor((sorted.length - 1) * share)].toFixed(0);
		const statuses = [...traffic.statuses].filter(([name]) => name.startsWith(`${kind} `));
		const said = statuses.map(([name, count]) => `${count} × ${name.slice(kind.length + 1)}`).join(', ');
		const rate = `${(times.length / seconds).toFixed(1)}/s`.padStart(8);
		row(kind, `${rate}  p50 ${at(0.5).padStart(4)} ms  p99 ${at(0.99).padStart(5)} ms  ${said}`);
	}
	const held = ({ heap, rss, files }: Sample): string =>
		`heap ${heap.toFixed(1)} MB, rss ${rss.toFixed(0)} MB, ${files} files`;
	row('held at the first look', held(samples[0]));
	row('held at the end of the traffic', held(samples[samples.length - 1]));
	row('held when all was settled', held(end));
	row('event loop late by (p99), at most', `${Math.max(...samples.map(({ lag }) => lag)).toFixed(0)} ms`);
}

function reportTickets(traffic: Traffic, { settled, failed, postponed, lost, double, doubtful }: Outcome): void {
	row('tickets acknowledged', String(traffic.acknowledged.size));
	row('settled, failed, in doubt in the end', `${settled}, ${failed}, ${postponed}`);
	row('lost (to reach: 0)', String(lost.length));
	row('double (to reach: 0)', `${double.length}, and ${doubtful} of which their history says so`);
}

async function main(): Promise<number> {
	const options = parseSoakOptions(process.argv.slice(2));
	if (!options) {
		process.stdout.write(USAGE);
		return 0;
	}
	console.log(
		`Node ${process.version}, ${options.minutes} min on ${options.database}, ${options.clients} callers, seed ${options.seed}\n`,
	);
	const reasons = await soak(options);
	console.log(reasons.length === 0 ? '\nAll is well' : `\nFAILED\n  ${reasons.join('\n  ')}`);
	return reasons.length === 0 ? 0 : 1;
}

main().then(
	(code) => process.exit(code),
	(error: unknown) => {
		process.stderr.write(`${error instanceof UsageError ? error.message : String(error)}\n`);
		process.exit(error instanceof UsageError ? 2 : 1);
	},
);
