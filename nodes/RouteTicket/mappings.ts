import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_DEPARTMENTS, findDepartment } from '../../core/departments';
import { TriageError } from '../../core/errors';
import { isRecord, type JsonRecord } from '../../core/json';
import type { Mapping } from '../../core/mapping';
import { PRIORITIES } from '../../core/ticket';
import { toText } from '../shared/ticket-fields';
import { settingProperties } from './mapping-properties';

/** The rows of the parameter Mappings, still without what their credentials hold. @throws TriageError misconfigured, naming the row */
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
		settings: settingsOf(row),
		priorityThreshold,
	};
}

/** What the row shows for its system, by the core's names; what another system left in it is passed over. */
function settingsOf(row: JsonRecord): Record<string, unknown> {
	const settings = settingProperties
		.filter((property) => isShown(property, row))
		.map(({ name }): [string, unknown] => [snakeCase(name), settingOf(row[name])])
		.filter(([, value]) => value !== '');
	return Object.fromEntries(settings);
}

function isShown({ displayOptions }: INodeProperties, row: JsonRecord): boolean {
	return Object.entries(displayOptions?.show ?? {}).every(([name, values]) =>
		values?.some((value) => value === text(row[name])),
	);
}

/** Texts without white space around them, lists of names without the empty ones; empty where nothing is set. */
function settingOf(value: unknown): unknown {
	if (typeof value === 'boolean') return value;
	if (!isRecord(value)) return text(value);
	const filled = Object.entries(value).filter(([, one]) => text(one) !== '');
	return filled.length === 0 ? '' : Object.fromEntries(filled);
}

function snakeCase(name: string): string {
	return name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}

function rowsOf(collection: unknown, name: string): JsonRecord[] {
	const rows = isRecord(collection) ? collection[name] : undefined;
	return Array.isArray(rows) ? rows.filter(isRecord) : [];
}

function text(value: unknown): string {
	return String(toText(value)).trim();
}
