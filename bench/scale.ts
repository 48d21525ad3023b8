/** Whether to measure shortly and on little: to see that everything runs, and of which no figure means much. */
const isQuick = process.argv.includes('--quick');

/** How much is measured: seconds a measurement, tickets, and how often what is compared by its median. */
export const SCALE = isQuick
	? { seconds: 2, stored: 20_000, received: 4000, runs: 1 }
	: { seconds: Number(process.env.BENCH_SECONDS ?? 10), stored: 1_000_000, received: 50_000, runs: 3 };
