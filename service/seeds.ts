import type { Knex } from 'knex';
import { DEFAULT_DEPARTMENTS, findDepartment, type Department } from '../core/departments';
import { INBOX_MAPPING, type Mapping } from '../core/mapping';
import { resolveReferences } from '../core/references';
import type { Connection } from './connections';
import { inTurn } from './in-turn';
import type { Logger } from './logger';
import { listMappings, seedMappings, type NewMapping } from './store/mappings';

const FIRST_CHOICE: Record<string, Connection['name']> = {
	IT: 'jira',
	Security: 'jira',
	HR: 'freshservice',
	Finance: 'freshservice',
	Legal: 'freshservice',
	Facilities: 'freshservice',
	General: 'slack',
};

/** Which system gets a department's tickets to begin with; undefined for the inbox. */
export function connectionFor(department: string, connections: readonly Connection[]): Connection | undefined {
	const known = findDepartment(DEFAULT_DEPARTMENTS, department)?.name ?? '';
	return connections.find(({ name }) => name === FIRST_CHOICE[known]) ?? connections[0];
}

/** One active mapping for each department, with references in the place of values. */
export function seedsFor(departments: readonly Department[], connections: readonly Connection[]): NewMapping[] {
	return departments.map(({ name, teams }) => ({
		...INBOX_MAPPING,
		...connectionFor(name, connections)?.target,
		department: name,
		teamName: teams[0] ?? name,
		isActive: true,
	}));
}

/** On the first start the departments get their mappings; on later ones they keep those they have. The log says which. */
export async function seed(
	knex: Knex,
	departments: readonly Department[],
	connections: readonly Connection[],
	log: Logger,
): Promise<void> {
	const seeds = seedsFor(departments, connections);
	if (await inTurn(knex, (trx) => seedMappings(trx, seeds, new Date().toISOString()))) reportSeeds(seeds, log);
	const mappings = await listMappings(knex);
	for (const { name, variables } of connections) {
		if (mappings.some((mapping) => refersTo(mapping, variables))) continue;
		log.info(
			{ connection: name, variables },
			'these variables are set but no mapping refers to them: the mappings stay as they are until /mappings changes them',
		);
	}
}

function reportSeeds(seeds: readonly NewMapping[], log: Logger): void {
	for (const system of new Set(seeds.map((mapping) => mapping.system))) {
		const departments = seeds.filter((mapping) => mapping.system === system).map(({ department }) => department);
		log.info(
			{ system, departments },
			`first start: mapped to ${system === 'inbox' ? "the service's own inbox" : system}`,
		);
	}
}

/** Whether sending by the mapping would look one of these names up. */
function refersTo(mapping: Mapping, names: readonly string[]): boolean {
	const found = new Set<string>();
	resolveReferences(mapping, (name) => {
		found.add(name);
		return name;
	});
	return names.some((name) => found.has(name));
}
