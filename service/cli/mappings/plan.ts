import type { Department } from '../../../core/departments';
import { isRecord } from '../../../core/json';
import { readMapping } from '../../http/mapping-body';
import { HttpProblem, type FieldProblem } from '../../http/problems';
import type { NewMapping, StoredMapping } from '../../store/mappings';
import { MappingsProblem } from './command';
import { said } from './describe';
import { differences } from './form';
import { matchEntries } from './match';
import type { Entry } from './read-mappings';

/** What an entry of a file makes of what is stored. */
export interface Change {
	mapping: NewMapping;
	/** Null where it is a new one. */
	stored: StoredMapping | null;
	/** The names of the fields that change; none for a new one. */
	fields: string[];
}

export interface Plan {
	changes: Change[];
	deleted: StoredMapping[];
	/** How many stored mappings the file says nothing of, and that stay. */
	others: number;
}

/** What an import does. @throws MappingsProblem with every problem of every entry */
export function planImport(
	entries: readonly Entry[],
	stored: readonly StoredMapping[],
	{ departments, replace }: { departments: readonly Department[]; replace: boolean },
): Plan {
	if (replace && entries.length === 0) {
		throw new MappingsProblem('Nothing was written: --replace with an empty list would delete every mapping');
	}
	const values = entries.map(({ value }) => value);
	const matches = matchEntries(values, stored, departments);
	const problems: string[] = [];
	const changes = entries.map((entry, i) => {
		const report = (one: FieldProblem): void => {
			problems.push(`entry ${entry.number}, line ${entry.lineOf(one.field)}: ${said(one)}`);
		};
		identityProblems(values, i).forEach(report);
		return readChange(entry, matches[i], departments, report);
	});
	if (problems.length > 0) throw new MappingsProblem('Nothing was written:', problems);
	const rest = stored.filter((one) => !matches.includes(one));
	return {
		changes: changes.filter((change) => change !== null),
		deleted: replace ? rest : [],
		others: replace ? 0 : rest.length,
	};
}

function readChange(
	{ value }: Entry,
	stored: StoredMapping | undefined,
	departments: readonly Department[],
	report: (problem: FieldProblem) => void,
): Change | null {
	try {
		const mapping = readMapping(value, departments, stored);
		return { mapping, stored: stored ?? null, fields: stored ? differences(stored, mapping) : [] };
	} catch (error) {
		if (!(error instanceof HttpProblem)) throw error;
		(error.extra.errors ?? [{ field: '', message: error.detail }]).forEach(report);
		return null;
	}
}

/** What an entry says of which mapping it is. */
function identityProblems(values: readonly unknown[], index: number): FieldProblem[] {
	const value = values[index];
	if (!isRecord(value)) return [];
	const { id = null, created_at = null } = value;
	const problems: FieldProblem[] = [];
	if (id !== null && !Number.isSafeInteger(id)) problems.push({ field: 'id', message: 'must be a whole number' });
	const earlier = values.findIndex((other) => isRecord(other) && id !== null && other.id === id);
	if (earlier >= 0 && earlier < index) {
		problems.push({ field: 'id', message: `is that of entry ${earlier + 1} too` });
	}
	if (created_at !== null && (typeof created_at !== 'string' || Number.isNaN(Date.parse(created_at)))) {
		problems.push({ field: 'created_at', message: 'must be a time such as 2026-01-31T12:00:00.000Z' });
	}
	return problems;
}
