import { chooseMapping } from '../../../core/mapping';
import { mappingProblems } from '../../../core/mapping-problems';
import { TriageError } from '../../../core/errors';
import { resolveReferences } from '../../../core/references';
import { OWN_VARIABLES } from '../../config';
import type { FieldProblem } from '../../http/problems';
import type { NewMapping, StoredMapping } from '../../store/mappings';
import type { Session } from './command';
import { printable } from './table';

/** A mapping in a few words, without what may be secret. */
export function describeMapping({ department, priorityThreshold, system, teamName }: NewMapping): string {
	return printable(`${department} from ${priorityThreshold} to ${system} (${teamName})`);
}

/** A problem as a sentence; those of connectors are sentences already. */
export function said({ field, message }: FieldProblem): string {
	if (field === '' || message.startsWith(field)) return message;
	return /^(?:must|is|has)\b/.test(message) ? `${field} ${message}` : `${field}: ${message}`;
}

/** Why no ticket goes by an active mapping, of all that there are in the order that counts; null where some do. */
export function whyUnused(
	mapping: StoredMapping,
	all: readonly StoredMapping[],
	{ departments, lookup }: Pick<Session, 'departments' | 'lookup'>,
): string | null {
	const problems = mappingProblems(mapping, departments, OWN_VARIABLES).map(said);
	if (problems.length > 0) return problems.join('; ');
	try {
		const resolved = mappingProblems(resolveReferences(mapping, lookup), departments).map(said);
		if (resolved.length > 0) return `with its references resolved: ${resolved.join('; ')}`;
	} catch (error) {
		if (error instanceof TriageError) return error.message;
		throw error;
	}
	return whyPassedOver(mapping, all);
}

function whyPassedOver(mapping: StoredMapping, all: readonly StoredMapping[]): string | null {
	const active = all.filter(({ isActive }) => isActive);
	const chosen = chooseMapping(active, mapping.department, mapping.priorityThreshold);
	if (!mapping.isActive || chosen === mapping || !('id' in chosen)) return null;
	return `never used: mapping ${chosen.id} is for the same tickets and comes first`;
}
