import { createWorker } from '../../../service/queue/worker';
import type { Job, Queue } from '../../../service/queue/queue';
import {
	contextFields,
	contextOfAll,
	currentContext,
	outside,
	within,
	type Context,
} from '../../../service/tracing/context';
import { beginTrace } from '../../../service/tracing/traceparent';

const contextFor = (ticketId: string): Context => ({ requestId: `r-${ticketId}`, trace: beginTrace(), ticketId });

it('says of a line what the work belongs to, and of no work nothing', async () => {
	const context = contextFor('TKT-1');
	const { traceId, spanId } = context.trace;
	const said = { ticket_id: 'TKT-1', request_id: 'r-TKT-1', trace_id: traceId, span_id: spanId };
	expect(await within(context, async () => Promise.resolve().then(contextFields))).toEqual(said);
	expect(within(context, () => outside(contextFields))).toEqual({});
	expect(contextFields()).toEqual({});
	expect(within({ requestId: null, trace: context.trace }, contextFields)).toEqual({
		trace_id: traceId,
		span_id: spanId,
	});
});

it('work for one is part of its trace; work for several, or for nobody, begins one', () => {
	const [first, second] = ['TKT-1', 'TKT-2'].map(contextFor);
	const alone = contextOfAll([first]);
	expect(alone).toMatchObject({ requestId: 'r-TKT-1', ticketId: 'TKT-1', trace: { traceId: first.trace.traceId } });
	expect(alone.trace.spanId).not.toBe(first.trace.spanId);
	const together = contextOfAll([first, second, undefined]);
	expect(together).toMatchObject({ requestId: null, ticketIds: ['TKT-1', 'TKT-2'] });
	expect([first.trace.traceId, second.trace.traceId]).not.toContain(together.trace.traceId);
	expect(contextOfAll([undefined])).toMatchObject({ requestId: null, ticketIds: [] });
});

it('what a worker takes from the queue belongs to nobody who woke it', async () => {
	const job: Job = { ticketId: 'TKT-2', claim: 'c', attempt: 1, createdAt: 0 };
	const jobs = [job];
	const seen: (Context | undefined)[] = [];
	const see = (): Promise<void> => Promise.resolve(void seen.push(currentContext()));
	const queue = { claim: () => see().then(() => jobs.splice(0)), leaseMs: 60_000 } as unknown as Queue;
	const log = { warn: see, error: see } as never;
	let done = (): void => undefined;
	const worked = new Promise<void>((resolve) => (done = resolve));
	const work = (): Promise<void> => see().then(done);
	const worker = createWorker({ queue, prepare: see, work, concurrency: 1, pollMs: 60_000, log });
	within(contextFor('TKT-1'), () => worker.start());
	await worked;
	await worker.stop();
	expect(seen.length).toBeGreaterThanOrEqual(3);
	expect(seen.filter((context) => context !== undefined)).toEqual([]);
});
