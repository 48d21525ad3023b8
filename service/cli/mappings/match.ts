import type { Department } from '../../../core/departments';
import { isRecord } from '../../../core/json';
import { cleanLine } from '../../../core/text';
import { readMapping } from '../../http/mapping-body';
import { HttpProblem } from '../../http/problems';
import type { NewMapping, StoredMapping } from '../../store/mappings';
import { differences } from './form';

/** An entry of a file with what it can be found by. */
interface Wanted {
	value: unknown;
	/** What people tell mappings apart by; null where the entry does not say it in a readable way. */
	name: string | null;
}

type Rule = (wanted: Wanted, stored: StoredMapping) => boolean;

/**
 * The stored mapping that each entry of a file is meant to be, or undefined for a new one. Where every entry is stored
 * as it is, that is it: a file imported twice changes nothing. Else an entry is the mapping with its id (and, where it
 * says one, its time of creation: ids of another database mean nothing here), else the one with its department, system,
 * priority and team.
 */
export function matchEntries(
	values: readonly unknown[],
	stored: readonly StoredMapping[],
	departments: readonly Department[],
): (StoredMapping | undefined)[] {
	const wanted = values.map((value) => ({ value, name: nameOf(value, departments) }));
	const sameName: Rule = ({ name }, one) => name === keyOf(one);
	const unchanged: Rule = (entry, one) => sameName(entry, one) && isUnchanged(entry.value, one, departments);
	const asTheyAre = pairUp(wanted, stored, [(entry, one) => sameRow(entry, one) && unchanged(entry, one), unchanged]);
	return asTheyAre.includes(undefined) ? pairUp(wanted, stored, [sameRow, unchanged, sameName]) : asTheyAre;
}

/** Each stored mapping is used once; an earlier rule goes before an earlier entry. */
function pairUp(wanted: Wanted[], stored: readonly StoredMapping[], rules: Rule[]): (StoredMapping | undefined)[] {
	const free = new Set(stored);
	const pairs = new Map<Wanted, StoredMapping>();
	for (const rule of rules) {
		for (const entry of wanted.filter((one) => !pairs.has(one))) {
			const found = firstOf(free, (one) => rule(entry, one));
			if (!found) continue;
			pairs.set(entry, found);
			free.delete(found);
		}
	}
	return wanted.map((entry) => pairs.get(entry));
}

function firstOf<T>(items: Iterable<T>, fits: (item: T) => boolean): T | undefined {
	for (const item of items) {
		if (fits(item)) return item;
	}
	return undefined;
}

function sameRow({ value }: Wanted, { id, createdAt }: StoredMapping): boolean {
	if (!isRecord(value) || value.id !== id) return false;
	const { created_at } = value;
	return typeof created_at !== 'string' || Date.parse(created_at) === Date.parse(createdAt);
}

/** The same for an entry and what becomes of it, however the department is written and whether or not a team is. */
function nameOf(value: unknown, departments: readonly Department[]): string | null {
	if (!isRecord(value) || typeof value.system !== 'string') return null;
	const { department, team_name, priority_threshold } = value;
	const bare = tryReading({ department, team_name, priority_threshold, system: 'inbox' }, departments);
	return bare && keyOf({ ...bare, system: cleanLine(value.system) });
}

function keyOf({ department, system, priorityThreshold, teamName }: NewMapping): string {
	return JSON.stringify([department.toLowerCase(), system, priorityThreshold, teamName]);
}

function isUnchanged(value: unknown, stored: StoredMapping, departments: readonly Department[]): boolean {
	const mapping = tryReading(value, departments, stored);
	return mapping !== null && differences(stored, mapping).length === 0;
}

function tryReading(value: unknown, departments: readonly Department[], stored?: StoredMapping): NewMapping | null {
	try {
		return readMapping(value, departments, stored);
	} catch (error) {
		if (error instanceof HttpProblem) return null;
		throw error;
	}
}
