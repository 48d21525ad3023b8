import { createMetrics } from '../../../service/metrics';
import type { Stored } from '../../../service/metrics/stored';
import { samplesIn } from '../../helpers/samples';

const STORED: Stored = {
	queue: { waiting: 3, running: 2, dead: 1, oldestWaitingMs: 1500 },
	review: { tickets: 7, oldestMs: 60_000 },
	events: 11,
	isWritable: true,
};
const NAMES = [
	...['queue_jobs{state="waiting"}', 'queue_jobs{state="running"}', 'queue_jobs{state="dead"}'],
	...['queue_oldest_waiting_seconds', 'review_backlog_tickets', 'review_backlog_oldest_seconds'],
	...['event_deliveries_waiting', 'database_up'],
];

async function read(metrics: ReturnType<typeof createMetrics>): Promise<(number | undefined)[]> {
	const samples = samplesIn(await metrics.registry.metrics());
	return NAMES.map((name) => samples.get(name));
}

it('what stands in the database is read once for all', async () => {
	const stored = jest.fn(() => Promise.resolve(STORED));
	expect(await read(createMetrics({ stored }))).toEqual([3, 2, 1, 1.5, 7, 60, 11, 1]);
	expect(stored).toHaveBeenCalledTimes(1);
});

it('where the database fails the rest can be read, and it is back with the database', async () => {
	let stored: () => Promise<Stored> = () => Promise.resolve(STORED);
	const metrics = createMetrics({ stored: () => stored() });
	const first = await read(metrics);
	stored = () => Promise.reject(new Error('connection refused'));
	expect(await read(metrics)).toEqual([...NAMES.slice(1).map(() => undefined), 0]);
	expect(samplesIn(await metrics.registry.metrics()).get('tickets_total{status="received"}')).toBe(0);
	stored = () => Promise.resolve(STORED);
	expect(await read(metrics)).toEqual(first);
});

it('a database that takes no writes is not up', async () => {
	const metrics = createMetrics({ stored: () => Promise.resolve({ ...STORED, isWritable: false }) });
	expect((await read(metrics)).at(-1)).toBe(0);
});

it('a silent database is asked once, however often metrics are read meanwhile', async () => {
	let answer: (stored: Stored) => void = () => undefined;
	const stored = jest.fn(() => new Promise<Stored>((resolve) => (answer = resolve)));
	const metrics = createMetrics({ stored });
	expect((await Promise.all([read(metrics), read(metrics)])).map((values) => values.at(-1))).toEqual([0, 0]);
	expect(stored).toHaveBeenCalledTimes(1);
	answer(STORED);
});
