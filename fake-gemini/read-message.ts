import { isRecord, jsonDepth, type JsonRecord } from '../core/json';
import { SCALARS } from './scalars';
import type { Violation } from './status';
import { ENUMS, MESSAGES } from './wire-table';

const PACKAGE = 'type.googleapis.com/google.ai.generativelanguage.v1beta';
/** Protobuf reads no deeper. */
const MOST_LEVELS = 100;

type Report = (violation: Violation) => void;

/** Where a value stands: its type in the table and its path as Google writes it, in snake case. */
interface Place {
	type: string;
	path: string;
}

/**
 * Reads JSON as a message of the table, in its one spelling: camel case, lists as lists, enum values by their names.
 * Whatever does not fit is left out and reported, all of it at once.
 */
export function readMessage(json: unknown, type: string): { message: JsonRecord; violations: Violation[] } {
	const violations: Violation[] = [];
	const say = (description: string): void => void violations.push({ description });
	if (!isRecord(json)) say('Invalid JSON payload received. Unknown name "": Root element must be a message.');
	else if (jsonDepth(json, MOST_LEVELS) > MOST_LEVELS) say('Message too deep. Max recursion depth reached.');
	else return { message: readFields(json, { type, path: '' }, (one) => violations.push(one)), violations };
	return { message: {}, violations };
}

function readFields(json: JsonRecord, { type, path }: Place, report: Report): JsonRecord {
	const fields = Object.entries(json).flatMap(([key, value]) => {
		const name = fieldName(type, key);
		if (name === undefined) {
			report(unknownName(key, path, 'Cannot find field.'));
			return [];
		}
		const kind = MESSAGES[type][name];
		// To protobuf null is a field that was not set, but for fields that hold any JSON.
		if (value === null && kind !== 'google.protobuf.Value') return [];
		return [[name, readField(value, { type: kind, path: join(path, snake(name)) }, report)]];
	});
	return Object.fromEntries(fields) as JsonRecord;
}

/** Either spelling is understood. */
function fieldName(type: string, key: string): string | undefined {
	const camel = key.replace(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase());
	return [key, camel].find((name) => Object.hasOwn(MESSAGES[type], name));
}

function readField(value: unknown, { type, path }: Place, report: Report): unknown {
	if (type.endsWith('[]')) {
		// A single value stands for a list of one.
		const items: unknown[] = Array.isArray(value) ? value : [value];
		return items.map((item, i) => readOne(item, { type: type.slice(0, -2), path: `${path}[${i}]` }, report));
	}
	if (type.startsWith('{')) return readMap(value, { type: type.slice(1, -1), path }, report);
	if (Array.isArray(value) && type !== 'google.protobuf.Value') {
		const [, parent = '', name] = /^(?:(.*)\.)?([^.]*)$/u.exec(path) ?? [];
		return void report(unknownName(name, parent, 'Proto field is not repeating, cannot start list.'));
	}
	return readOne(value, { type, path }, report);
}

function readMap(value: unknown, { type, path }: Place, report: Report): unknown {
	if (!isRecord(value)) return void report(invalidValue(value, { type: 'Map', path }));
	const entries = Object.entries(value);
	return Object.fromEntries(
		entries.map(([key, item], i) => [key, readOne(item, { type, path: `${path}[${i}].value` }, report)]),
	);
}

function readOne(value: unknown, place: Place, report: Report): unknown {
	const { type } = place;
	if (Object.hasOwn(MESSAGES, type) && isRecord(value)) return readFields(value, place, report);
	const read = Object.hasOwn(SCALARS, type) ? SCALARS[type](value) : readEnum(value, type);
	if (read === undefined) report(invalidValue(value, place));
	return read;
}

/** By name in any case, or by number. */
function readEnum(value: unknown, type: string): string | undefined {
	const names = Object.hasOwn(ENUMS, type) ? ENUMS[type] : [];
	return typeof value === 'number' ? names[value] : names.find((name) => name === String(value).toUpperCase());
}

function invalidValue(value: unknown, { type, path }: Place): Violation {
	const known = Object.hasOwn(SCALARS, type) && !type.includes('.');
	const called = known ? `TYPE_${type.toUpperCase()}` : type.includes('google.') ? type : `${PACKAGE}.${type}`;
	return { field: path, description: `Invalid value at '${path}' (${called}), ${JSON.stringify(value)}` };
}

/** At the root Google names no field. */
function unknownName(name: string, path: string, why: string): Violation {
	const where = path === '' ? '' : ` at '${path}'`;
	const description = `Invalid JSON payload received. Unknown name ${JSON.stringify(name)}${where}: ${why}`;
	return path === '' ? { description } : { field: path, description };
}

function join(path: string, name: string): string {
	return path === '' ? name : `${path}.${name}`;
}

/** As the definition spells a field. */
export function snake(name: string): string {
	return name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}
