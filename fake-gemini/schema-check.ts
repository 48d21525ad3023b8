import { isRecord, type JsonRecord } from '../core/json';
import type { Violation } from './status';

/** What Google refuses in a responseSchema whose fields are all known ones. */
export function schemaProblems(schema: JsonRecord, field: string): Required<Violation>[] {
	const { items, properties, anyOf } = schema;
	const children = Array.isArray(anyOf) ? anyOf.filter(isRecord) : [];
	return [
		...ownProblems(schema).map(([name, description]) => ({ field: `${field}.${name}`, description })),
		...(isRecord(items) ? schemaProblems(items, `${field}.items`) : []),
		...Object.entries(isRecord(properties) ? properties : {}).flatMap(([name, child]) =>
			isRecord(child) ? schemaProblems(child, `${field}.properties[${name}]`) : [],
		),
		...children.flatMap((child, i) => schemaProblems(child, `${field}.any_of[${i}]`)),
	];
}

/** Names of fields in snake case, and what is wrong there. */
function ownProblems(schema: JsonRecord): [string, string][] {
	const { type = 'TYPE_UNSPECIFIED', items, anyOf } = schema;
	const properties = isRecord(schema.properties) ? schema.properties : {};
	const texts = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
	const undefinedAt = (name: string, list: unknown): [string, string][] =>
		texts(list).flatMap((key, i): [string, string][] =>
			Object.hasOwn(properties, String(key)) ? [] : [[`${name}[${i}]`, 'property is not defined']],
		);
	const problems: [string, string][] = [
		...undefinedAt('required', schema.required),
		...undefinedAt('property_ordering', schema.propertyOrdering),
	];
	if (type === 'TYPE_UNSPECIFIED' && anyOf === undefined) problems.push(['type', 'must be specified']);
	if (type === 'ARRAY' && items === undefined) problems.push(['items', 'missing field.']);
	if (type === 'OBJECT' && Object.keys(properties).length === 0) {
		problems.push(['properties', 'should be non-empty for OBJECT type']);
	}
	if (schema.enum !== undefined && type !== 'STRING') problems.push(['enum', 'only allowed for STRING type']);
	const empty = texts(schema.enum).indexOf('');
	if (empty >= 0) problems.push([`enum[${empty}]`, 'cannot be empty']);
	return problems;
}
