import { Gauge, type Registry } from 'prom-client';
import { inTime } from '../in-time';
import type { QueueStats } from '../queue/queue';
import { together } from '../together';

/** What stands in the database, the same whichever process is asked. */
export interface Stored {
	queue: QueueStats;
	/** Tickets that wait for a person, counted up to a bound, and the age of the oldest in milliseconds. */
	review: { tickets: number; oldestMs: number };
	/** Events that subscribers are still to be told of. */
	events: number;
	/** Whether the last write went well. */
	isWritable: boolean;
}

/** Who reads metrics waits no longer for the database, in milliseconds. */
const PATIENCE_MS = 2000;

interface StoredGauge {
	name: string;
	help: string;
	read: (stored: Stored) => number;
}

const GAUGES: StoredGauge[] = [
	{
		name: 'queue_oldest_waiting_seconds',
		help: 'Age of the oldest job that could run now; 0 where none waits. The same in every process',
		read: ({ queue }) => queue.oldestWaitingMs / 1000,
	},
	{
		name: 'review_backlog_tickets',
		help: 'Tickets that wait for a person, counted up to 10000. The same in every process',
		read: ({ review }) => review.tickets,
	},
	{
		name: 'review_backlog_oldest_seconds',
		help: 'Time since the oldest ticket that waits for a person was received; 0 where none waits. The same in every process',
		read: ({ review }) => review.oldestMs / 1000,
	},
	{
		name: 'event_deliveries_waiting',
		help: 'Events that subscribers are still to be told of, those of disabled ones among them. The same in every process',
		read: ({ events }) => events,
	},
];

/** Gauges that are missing, but for `database_up`, while the database does not answer: all else can be read then. */
export function addStoredGauges(registry: Registry, read: () => Promise<Stored>): void {
	const stored = shared(read);
	const registers = [registry];
	new Gauge({
		...{ name: 'database_up', registers },
		help: 'Whether the database answers and takes writes: 1 or 0',
		async collect() {
			this.set((await stored())?.isWritable ? 1 : 0);
		},
	});
	new Gauge({
		...{ name: 'queue_jobs', labelNames: ['state'], registers },
		help: 'Jobs by state: waiting (those put off included), running, dead (given up). The same in every process',
		async collect() {
			const found = await stored();
			this.reset();
			if (!found) return;
			const { waiting, running, dead } = found.queue;
			Object.entries({ waiting, running, dead }).forEach(([state, jobs]) => this.set({ state }, jobs));
		},
	});
	for (const { name, help, read: readOne } of GAUGES) {
		new Gauge({
			...{ name, help, registers },
			async collect() {
				const found = await stored();
				if (found) this.set(readOne(found));
				else this.remove();
			},
		});
	}
}

/** Null where the database does not answer; one that is silent is asked once. */
function shared<T>(read: () => Promise<T>): () => Promise<T | null> {
	const reading = together(read);
	return () => inTime(reading(), PATIENCE_MS).catch(() => null);
}
