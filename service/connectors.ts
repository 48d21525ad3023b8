import { CONNECTORS } from '../core/connectors';
import { paceProblems } from '../core/connectors/common/settings';
import type { Mapping } from '../core/mapping';

/** Whether this version can deliver to the system. */
export function hasConnector(system: string): boolean {
	return Object.hasOwn(CONNECTORS, system);
}

/** Why nothing can be delivered by a mapping, without its values; null where it can. */
export function whyUndeliverable(mapping: Mapping): string | null {
	if (!hasConnector(mapping.system)) {
		return `the mapping of ${mapping.department} leads to "${mapping.system}", for which this version has no connector`;
	}
	const problems = [...CONNECTORS[mapping.system].problems(mapping), ...paceProblems(mapping)];
	if (problems.length === 0) return null;
	return `the mapping of ${mapping.department} to ${mapping.system} cannot be used: ${problems.join('; ')}`;
}
