import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { hasConnector } from './connectors';
import { createGeminiMetrics, type GeminiMetrics } from './gemini/metrics';
import type { QueueStats } from './queue/queue';
import type { TargetState } from './targets/targets';

export type Stage = 'accept' | 'classify' | 'route' | 'total';

export interface Metrics {
	registry: Registry;
	tickets: Counter<'status'>;
	erased: Counter<'reason'>;
	departments: Counter<'department'>;
	confidence: Histogram<'classifier'>;
	seconds: Histogram<'stage'>;
	externalCalls: Counter<'system' | 'outcome'>;
	retries: Counter<'system'>;
	gemini: GeminiMetrics;
}

const FAST_TO_SLOW = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What is read when the metrics are. */
interface Watched {
	queueStats?: () => Promise<QueueStats>;
	targets?: () => TargetState[];
}

/** One registry a service, so that several run in one process. All labels are closed sets. */
export function createMetrics({ queueStats, targets }: Watched = {}): Metrics {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	if (queueStats) addQueueGauges(registry, queueStats);
	if (targets) addTargetGauges(registry, targets);
	const counter = <L extends string>(name: string, help: string, labels: L[]): Counter<L> =>
		new Counter({ name, help, labelNames: labels, registers: [registry] });
	const shared = {
		externalCalls: counter('external_api_calls_total', 'Requests to other systems by outcome', ['system', 'outcome']),
		retries: counter('retry_attempts_total', 'Calls and deliveries put back to be tried again', ['system']),
	};
	return {
		registry,
		...shared,
		gemini: createGeminiMetrics(registry, shared),
		tickets: counter('tickets_total', 'Tickets by the status they reached', ['status']),
		erased: counter('tickets_erased_total', 'Tickets whose text was erased, by what asked for it', ['reason']),
		departments: counter('tickets_by_department', 'Settled tickets by department', ['department']),
		confidence: new Histogram({
			name: 'classification_confidence',
			help: 'Confidence of classifications, 0 to 1',
			labelNames: ['classifier'],
			buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1],
			registers: [registry],
		}),
		seconds: new Histogram({
			name: 'processing_time_seconds',
			help: 'Time of a stage, and of a ticket from receipt to settlement (total)',
			labelNames: ['stage'],
			buckets: FAST_TO_SLOW,
			registers: [registry],
		}),
	};
}

function addQueueGauges(registry: Registry, queueStats: () => Promise<QueueStats>): void {
	new Gauge({
		name: 'queue_jobs',
		help: 'Jobs by state',
		labelNames: ['state'],
		registers: [registry],
		async collect() {
			const { waiting, running, dead } = await queueStats();
			Object.entries({ waiting, running, dead }).forEach(([state, jobs]) => this.set({ state }, jobs));
		},
	});
	new Gauge({
		name: 'queue_oldest_waiting_seconds',
		help: 'Age of the oldest job that could run',
		registers: [registry],
		async collect() {
			this.set((await queueStats()).oldestWaitingMs / 1000);
		},
	});
}

const BREAKERS = ['closed', 'half-open', 'open'] as const;

/** By system, as the targets of one can be many. */
function addTargetGauges(registry: Registry, targets: () => TargetState[]): void {
	new Gauge({
		name: 'target_breakers',
		help: 'Targets by the state of their breaker: open ones are left alone',
		labelNames: ['system', 'state'],
		registers: [registry],
		collect() {
			this.reset();
			for (const { system, breaker } of targets()) {
				BREAKERS.forEach((state) => this.inc({ system: systemLabel(system), state }, breaker === state ? 1 : 0));
			}
		},
	});
	new Gauge({
		name: 'target_calls',
		help: 'Calls to targets that wait for room or are under way',
		labelNames: ['system', 'state'],
		registers: [registry],
		collect() {
			this.reset();
			for (const { system, waiting, running } of targets()) {
				this.inc({ system: systemLabel(system), state: 'waiting' }, waiting);
				this.inc({ system: systemLabel(system), state: 'running' }, running);
			}
		},
	});
}

/** A label for any system name: what no connector knows is `other`. */
export function systemLabel(system: string): string {
	return system === 'gemini' || hasConnector(system) ? system : 'other';
}
