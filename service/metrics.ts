import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { createGeminiMetrics, type GeminiMetrics } from './gemini/metrics';
import { OUTCOMES, SYSTEMS, departmentLabels } from './metrics/labels';
import { createRequestSeconds, type RequestSeconds } from './metrics/requests';
import { addStoredGauges, type Stored } from './metrics/stored';
import { addTargetGauges } from './metrics/targets';
import { ERASED_FOR } from './store/without-text';
import type { TargetState } from './targets/targets';

export interface Metrics {
	registry: Registry;
	tickets: Counter<'status'>;
	erased: Counter<'reason'>;
	/** A ticket came to its end for now, in a department or none. */
	settled(department: string | null): void;
	/** A person moved a ticket to a department. */
	corrected(department: string | null): void;
	confidence: Histogram<'classifier'>;
	seconds: Histogram<'stage'>;
	externalCalls: Counter<'system' | 'outcome'>;
	retries: Counter<'system'>;
	held: Counter<'system'>;
	requests: RequestSeconds;
	gemini: GeminiMetrics;
}

const STAGES = ['accept', 'classify', 'route', 'total'] as const;
/** What is counted; `classified` is passed on the way. */
const COUNTED_STATUSES = ['received', 'routed', 'needs_review', 'failed'] as const;
const CLASSIFIERS = ['local', 'gemini'] as const;
/** Up to a minute where all is well; a ticket may wait for three days where its target is away. */
const STAGE_SECONDS = [
	...[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
	...[600, 3600, 21_600, 86_400],
];
const CONFIDENCES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

/** What is read when the metrics are, and the values that labels can have. */
interface Watched {
	stored?: () => Promise<Stored>;
	targets?: () => TargetState[];
	/** The names of the configured ones. */
	departments?: readonly string[];
	version?: string;
}

/** One registry a service, so that several run in one process. All labels are closed sets. */
export function createMetrics({ stored, targets, departments = [], version }: Watched = {}): Metrics {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	if (stored) addStoredGauges(registry, stored);
	if (targets) addTargetGauges(registry, targets);
	if (version !== undefined) addBuildInfo(registry, version);
	const calls = createCallCounters(registry);
	return {
		registry,
		...calls,
		...createTicketCounters(registry, departments),
		...createHistograms(registry),
		gemini: createGeminiMetrics(registry, calls),
		requests: createRequestSeconds(registry),
	};
}

function createCallCounters(registry: Registry): Pick<Metrics, 'externalCalls' | 'retries' | 'held'> {
	const counter = counters(registry);
	const externalCalls = counter('external_api_calls_total', 'Requests to other systems by outcome', [
		...(['system', 'outcome'] as const),
	]);
	const retries = counter('retry_attempts_total', 'Calls and deliveries put back to be tried again', ['system']);
	const held = counter(
		'deliveries_held_total',
		'Times a ticket was put off, at no cost, as its target takes none now: it asked to wait, is down, or has no room',
		['system'],
	);
	for (const system of SYSTEMS) {
		OUTCOMES.forEach((outcome) => externalCalls.inc({ system, outcome }, 0));
		retries.inc({ system }, 0);
		if (system !== 'gemini') held.inc({ system }, 0);
	}
	return { externalCalls, retries, held };
}

function createTicketCounters(
	registry: Registry,
	departments: readonly string[],
): Pick<Metrics, 'tickets' | 'erased' | 'settled' | 'corrected'> {
	const counter = counters(registry);
	const tickets = counter(
		'tickets_total',
		'Tickets received, and tickets settled by how; one that a person puts back to work is settled once more',
		['status'],
	);
	const erased = counter('tickets_erased_total', 'Tickets whose text was erased, by what asked for it', ['reason']);
	const settled = counter('tickets_by_department', 'Settled tickets by department', ['department']);
	const corrected = counter('tickets_corrected_total', 'Tickets a person sent to a department', ['department']);
	COUNTED_STATUSES.forEach((status) => tickets.inc({ status }, 0));
	ERASED_FOR.forEach((reason) => erased.inc({ reason }, 0));
	for (const department of departments) [settled, corrected].forEach((one) => one.inc({ department }, 0));
	const label = departmentLabels(departments);
	return {
		tickets,
		erased,
		settled: (department) => settled.inc({ department: label(department) }),
		corrected: (department) => corrected.inc({ department: label(department) }),
	};
}

function createHistograms(registry: Registry): Pick<Metrics, 'confidence' | 'seconds'> {
	const registers = [registry];
	const confidence = new Histogram({
		...{ name: 'classification_confidence', help: 'Confidence of classifications, 0 to 1, by whose word counted' },
		...{ labelNames: ['classifier'] as const, buckets: CONFIDENCES, registers },
	});
	const seconds = new Histogram({
		name: 'processing_time_seconds',
		help: 'Time of a stage, and from receipt, or from being put back to work, to settlement (total)',
		...{ labelNames: ['stage'] as const, buckets: STAGE_SECONDS, registers },
	});
	CLASSIFIERS.forEach((classifier) => confidence.zero({ classifier }));
	STAGES.forEach((stage) => seconds.zero({ stage }));
	return { confidence, seconds };
}

function addBuildInfo(registry: Registry, version: string): void {
	const labelNames = ['version'];
	const registers = [registry];
	new Gauge({ name: 'build_info', help: 'Always 1; the version that runs', labelNames, registers }).set({ version }, 1);
}

function counters(registry: Registry): <L extends string>(name: string, help: string, labels: L[]) => Counter<L> {
	return (name, help, labelNames) => new Counter({ name, help, labelNames, registers: [registry] });
}
