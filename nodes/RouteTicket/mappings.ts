import { DEFAULT_DEPARTMENTS, findDepartment } from '../../core/departments';
import { TriageError } from '../../core/errors';
import { isRecord, type JsonRecord } from '../../core/json';
import type { Mapping } from '../../core/mapping';
import { PRIORITIES } from '../../core/ticket';
import { toText } from '../shared/ticket-fields';

/** The rows of the parameter Mappings. @throws TriageError misconfigured, naming the row */
export function readMappings(parameter: unknown): Mapping[] {
	return rowsOf(parameter, 'mapping').map(readMapping);
}

function readMapping(row: JsonRecord, index: number): Mapping {
	const department = text(row.department);
	const wanted = text(row.minimumPriority).toLowerCase() || 'low';
	const priorityThreshold = PRIORITIES.find((known) => known === wanted);
	if (!priorityThreshold) {
		const known = PRIORITIES.join(', ');
		throw new TriageError('misconfigured', `Minimum Priority of mapping ${index + 1} must be one of ${known}`);
	}
	return {
		department,
		teamName: text(row.team) || (findDepartment(DEFAULT_DEPARTMENTS, department)?.teams[0] ?? department),
		system: text(row.system) || 'inbox',
		endpoint: text(row.url),
		method: text(row.method) || 'POST',
		headers: Object.fromEntries(
			rowsOf(row.headers, 'header')
				.map((header): [string, string] => [text(header.name), text(header.value)])
				.filter(([name]) => name !== ''),
		),
		settings: {},
		priorityThreshold,
	};
}

function rowsOf(collection: unknown, name: string): JsonRecord[] {
	const rows = isRecord(collection) ? collection[name] : undefined;
	return Array.isArray(rows) ? rows.filter(isRecord) : [];
}

function text(value: unknown): string {
	return String(toText(value)).trim();
}
