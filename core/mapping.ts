import { FALLBACK_DEPARTMENT } from './departments';
import { priorityRank, type Priority } from './ticket';

/** Which system takes a department's tickets from a priority upwards. */
export interface Mapping {
	department: string;
	teamName: string;
	/** A connector's name: `inbox`, `http` … */
	system: string;
	endpoint: string;
	method: string;
	/** Values may say `${ENV_NAME}`. */
	headers: Record<string, string>;
	/** What the system needs to know, keys in snake_case; texts may say `${ENV_NAME}`. */
	settings: Record<string, unknown>;
	priorityThreshold: Priority;
	/** The host adds what signs in to each request: settings that would are neither needed nor used. */
	hostSignsIn?: true;
}

/** A person's queue within the triage itself: always there, whatever is configured. */
export const INBOX_MAPPING: Mapping = {
	department: FALLBACK_DEPARTMENT,
	teamName: 'Service Desk',
	system: 'inbox',
	endpoint: '',
	method: 'POST',
	headers: {},
	settings: {},
	priorityThreshold: 'low',
};

/**
 * The department's mapping with the highest threshold that the priority reaches; else General's; else the inbox.
 * Of equals the first that leads somewhere wins: the inbox is where tickets rest that nobody else takes.
 */
export function chooseMapping<M extends Mapping>(
	mappings: readonly M[],
	department: string,
	priority: Priority,
): M | Mapping {
	return best(mappings, department, priority) ?? best(mappings, FALLBACK_DEPARTMENT, priority) ?? INBOX_MAPPING;
}

function best<M extends Mapping>(mappings: readonly M[], department: string, priority: Priority): M | undefined {
	const wanted = department.trim().toLowerCase();
	const reached = mappings.filter(
		(mapping) =>
			mapping.department.trim().toLowerCase() === wanted &&
			priorityRank(mapping.priorityThreshold) <= priorityRank(priority),
	);
	return reached.reduce<M | undefined>(
		(chosen, next) => (chosen && !isBetter(next, chosen) ? chosen : next),
		undefined,
	);
}

function isBetter(next: Mapping, chosen: Mapping): boolean {
	const ahead = priorityRank(next.priorityThreshold) - priorityRank(chosen.priorityThreshold);
	return ahead > 0 || (ahead === 0 && chosen.system === 'inbox' && next.system !== 'inbox');
}
