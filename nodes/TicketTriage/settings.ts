import type { IExecuteFunctions } from 'n8n-workflow';
import { isRecord, type JsonRecord } from '../../core/json';

/** What holds for all items of a run. */
export interface Settings {
	engine: Engine;
	/** Tickets in one request to Gemini. */
	batchSize: number;
	/** Requests under way at once. */
	concurrency: number;
	maxWaitSeconds: number;
	/** Whether personal data stays here when Gemini is asked. */
	redact: boolean;
}

export const ENGINES = ['cascade', 'gemini', 'local', 'service'] as const;
export type Engine = (typeof ENGINES)[number];

/** Those that go over the network, and have something to set. */
export const REMOTE_ENGINES: Engine[] = ['cascade', 'gemini', 'service'];
export const GEMINI_ENGINES: Engine[] = ['cascade', 'gemini'];

/** Least, most and default of each number. */
export const BOUNDS = {
	batchSize: { least: 1, most: 50, usual: 10 },
	concurrency: { least: 1, most: 20, usual: 5 },
	maximumWait: { least: 0, most: 3600, usual: 60 },
} as const;

/**
 * The parameters that take no expressions, as they stand in the workflow. Never throws, as there is no item yet whose
 * error that could be: numbers out of bounds are brought within.
 */
export function readSettings(context: IExecuteFunctions): Settings {
	const { engine, options }: JsonRecord = context.getNode().parameters;
	const given = isRecord(options) ? options : {};
	const read = (name: keyof typeof BOUNDS): number => within(given[name], BOUNDS[name]);
	return {
		engine: ENGINES.find((known) => known === engine) ?? 'local',
		batchSize: Math.floor(read('batchSize')),
		concurrency: Math.floor(read('concurrency')),
		maxWaitSeconds: read('maximumWait'),
		redact: given.redact !== false,
	};
}

function within(value: unknown, { least, most, usual }: (typeof BOUNDS)[keyof typeof BOUNDS]): number {
	return typeof value === 'number' && !Number.isNaN(value) ? Math.min(most, Math.max(least, value)) : usual;
}
