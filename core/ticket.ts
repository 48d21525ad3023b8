export const PRIORITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface Ticket {
	/** 1–200 code points, one line. */
	title: string;
	/** 1–5000 code points. */
	description: string;
	/** The reporter's address; empty where the host does not ask for one. */
	email: string;
	priority: Priority;
	/** Where it came from (`mail`, `form` …), if said. */
	source: string | null;
	metadata: Record<string, unknown>;
}

export const LIMITS = {
	title: 200,
	description: 5000,
	email: 254,
	source: 100,
	metadataDepth: 10,
	metadataLength: 20_000,
} as const;

export function priorityRank(priority: Priority): number {
	return PRIORITIES.indexOf(priority);
}

export function highestPriority(priorities: readonly Priority[]): Priority {
	return priorities.reduce((high, next) => (priorityRank(next) > priorityRank(high) ? next : high), 'low');
}
