import type { NewMapping, StoredMapping } from '../store/mappings';
import { MASK, maskAddress } from './present';
import type { FieldProblem } from './problems';

/** Stands where a mask could not be replaced: of good shape, so that it hides no other problem. */
const UNKNOWN = '${MASKED}';
const GIVE_IT = 'is masked, and nothing is stored in its place: give the value itself';
const GIVE_IT_AGAIN = 'is masked, and the mapping leads to another system or host than before: give the value again';
const NO_PART = `must not contain ${MASK}: give the whole value, or ${MASK} alone to keep what is stored`;

/**
 * The mapping with what is stored in the place of each mask, so that what was read can be written back.
 * A secret stays with the system and host that it was given for: whoever may not read it cannot have it sent elsewhere.
 */
export function keepMasked(
	given: NewMapping,
	stored: StoredMapping | undefined,
): { mapping: NewMapping; problems: FieldProblem[] } {
	const problems: FieldProblem[] = [];
	const endpoint = keptEndpoint(given.endpoint, stored, problems);
	const moved = !!stored && (given.system !== stored.system || originOf(endpoint) !== originOf(stored.endpoint));
	const keep = (field: string, value: unknown, before: unknown): unknown => {
		if (typeof value === 'string') {
			if (!value.includes(MASK)) return value;
			const isKept = value === MASK && isScalar(before) && !moved;
			if (isKept) return before;
			problems.push({ field, message: value !== MASK ? NO_PART : moved ? GIVE_IT_AGAIN : GIVE_IT });
			return UNKNOWN;
		}
		if (Array.isArray(value)) {
			// Of a list that grew or shrank nobody knows which item was which.
			const items: unknown[] = Array.isArray(before) && before.length === value.length ? before : [];
			return value.map((item, i) => keep(`${field}.${i}`, item, items[i]));
		}
		if (typeof value !== 'object' || value === null) return value;
		return mapEntries(value, (name, item) => keep(`${field}.${name}`, item, ownValue(before, name)));
	};
	const headersBefore = lowerCased(stored?.headers ?? {});
	const headers = mapEntries(given.headers, (name, value) =>
		keep(`api_headers.${name}`, value, ownValue(headersBefore, name.toLowerCase())),
	) as Record<string, string>;
	const settings = keep('settings', given.settings, stored?.settings) as Record<string, unknown>;
	return { mapping: { ...given, endpoint, headers, settings }, problems };
}

function keptEndpoint(endpoint: string, stored: StoredMapping | undefined, problems: FieldProblem[]): string {
	if (!endpoint.includes(MASK)) return endpoint;
	if (stored && endpoint === maskAddress(stored.endpoint)) return stored.endpoint;
	problems.push({ field: 'api_endpoint', message: 'is masked and not what is stored: give the whole address' });
	return endpoint;
}

function originOf(address: string): string {
	return URL.canParse(address) ? new URL(address).origin : address;
}

function isScalar(value: unknown): boolean {
	return typeof value === 'string' || typeof value === 'number';
}

function ownValue(values: unknown, name: string): unknown {
	if (typeof values !== 'object' || values === null || !Object.hasOwn(values, name)) return undefined;
	return (values as Record<string, unknown>)[name];
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function mapEntries(values: object, change: (name: string, value: unknown) => unknown): Record<string, unknown> {
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(name, value)]));
}
