import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_DEPARTMENTS, findDepartment } from '../../core/departments';
import { isRecord, type JsonRecord } from '../../core/json';
import type { Mapping } from '../../core/mapping';
import { labelOf } from '../shared/labels';
import { readPriority, toText } from '../shared/ticket-fields';
import { together } from '../shared/together';
import { mappingProperties, settingProperties } from './mapping-properties';

/**
 * The rows of the parameter Mappings, still without what their credentials hold.
 * @throws TriageError misconfigured with every row that has no minimum priority to go by
 */
export function readMappings(parameter: unknown): Mapping[] {
	const rows = rowsOf(parameter, 'mapping');
	return together<Mapping[]>(...rows.map((row, index) => () => readMapping(row, index)));
}

/** What messages call a row of the table; -1 stands for none, where a person takes over. */
export function placeOf(index: number, { department }: Pick<Mapping, 'department'>): string {
	if (index === -1) return 'the inbox';
	return `mapping ${index + 1}${department === '' ? '' : ` (${department})`}`;
}

function readMapping(row: JsonRecord, index: number): Mapping {
	const department = text(row.department);
	const minimumPriority = labelOf(mappingProperties, 'minimumPriority');
	const name = `${minimumPriority} of ${placeOf(index, { department })}`;
	const priorityThreshold = readPriority(row.minimumPriority, name) ?? 'low';
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

/** The core's name of a setting. */
export function snakeCase(name: string): string {
	return name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}

function rowsOf(collection: unknown, name: string): JsonRecord[] {
	const rows = isRecord(collection) ? collection[name] : undefined;
	return Array.isArray(rows) ? rows.filter(isRecord) : [];
}

function text(value: unknown): string {
	return String(toText(value)).trim();
}
