import type { Knex } from 'knex';
import { isRecord } from '../../core/json';
import type { Mapping } from '../../core/mapping';
import { PRIORITIES } from '../../core/ticket';
import { readColumn, toIso } from './tickets';

export interface StoredMapping extends Mapping {
	id: number;
	isActive: boolean;
	createdAt: string;
	updatedAt: string;
}

export async function listMappings(knex: Knex): Promise<StoredMapping[]> {
	const rows = (await knex('team_mappings').orderBy(['department', 'id'])) as Record<string, unknown>[];
	return rows.map(fromRow);
}

export async function findMapping(knex: Knex, id: number): Promise<StoredMapping | undefined> {
	const row = (await knex('team_mappings').where({ id }).first()) as Record<string, unknown> | undefined;
	return row && fromRow(row);
}

/** A mapping as it is to be stored; the database gives the id. */
export interface NewMapping extends Mapping {
	isActive: boolean;
}

/** Resolves with the mapping as stored; `at` is ISO 8601. */
export async function insertMapping(knex: Knex, mapping: NewMapping, at: string): Promise<StoredMapping> {
	const row = { ...toRow(mapping), created_at: at, updated_at: at };
	const [{ id }] = (await knex('team_mappings').insert(row).returning('id')) as { id: number }[];
	return { ...mapping, id: Number(id), createdAt: at, updatedAt: at };
}

/**
 * Puts what `change` makes of the stored mapping in its place; undefined where there is none. Changes of one mapping
 * wait for one another, so that what `change` saw is what it replaces. What it throws leaves everything as it was.
 */
export async function replaceMapping(
	knex: Knex,
	id: number,
	change: (stored: StoredMapping) => NewMapping,
	at: string,
): Promise<StoredMapping | undefined> {
	return knex.transaction(async (trx) => {
		// Writing comes first: it locks the row, where reading first would let another change in between.
		const locked = await trx('team_mappings').where({ id }).update({ updated_at: at });
		const stored = locked === 0 ? undefined : await findMapping(trx, id);
		if (!stored) return undefined;
		const mapping = change(stored);
		await trx('team_mappings').where({ id }).update(toRow(mapping));
		return { ...mapping, id, createdAt: stored.createdAt, updatedAt: at };
	});
}

/** Resolves with whether there was one. */
export async function deleteMapping(knex: Knex, id: number): Promise<boolean> {
	return (await knex('team_mappings').where({ id }).delete()) > 0;
}

export interface ActiveMappings {
	/** The active mappings, perhaps as they were a moment ago. */
	read(): Promise<readonly StoredMapping[]>;
	/** What was changed counts from the next read on. */
	invalidate(): void;
}

/** The active mappings, read again when they are older than `maxAgeMs`: one query, however many tickets ask. */
export function cacheActiveMappings(knex: Knex, now: () => number, maxAgeMs: number): ActiveMappings {
	let cached: Promise<readonly StoredMapping[]> | undefined;
	let readAt = 0;
	return {
		read() {
			if (cached && now() - readAt < maxAgeMs) return cached;
			readAt = now();
			const reading = listMappings(knex).then((all) => all.filter(({ isActive }) => isActive));
			reading.catch(() => (cached = undefined));
			return (cached = reading);
		},
		invalidate: () => (cached = undefined),
	};
}

/** Stores the mappings where there is none at all. Resolves with whether it did. */
export async function seedMappings(knex: Knex, mappings: readonly NewMapping[], at: string): Promise<boolean> {
	const existing = (await knex('team_mappings').first('id')) as unknown;
	if (existing !== undefined) return false;
	await knex('team_mappings').insert(mappings.map((one) => ({ ...toRow(one), created_at: at, updated_at: at })));
	return true;
}

function fromRow(row: Record<string, unknown>): StoredMapping {
	const headers = readColumn(row.api_headers);
	const settings = readColumn(row.settings);
	return {
		id: Number(row.id),
		department: String(row.department),
		teamName: String(row.team_name),
		system: String(row.system),
		endpoint: String(row.api_endpoint),
		method: String(row.api_method),
		headers: isRecord(headers) ? (headers as Record<string, string>) : {},
		settings: isRecord(settings) ? settings : {},
		priorityThreshold: PRIORITIES.find((known) => known === String(row.priority_threshold).toLowerCase()) ?? 'low',
		isActive: Boolean(row.is_active),
		createdAt: toIso(row.created_at),
		updatedAt: toIso(row.updated_at),
	};
}

function toRow(mapping: NewMapping): Record<string, unknown> {
	return {
		department: mapping.department,
		team_name: mapping.teamName,
		system: mapping.system,
		api_endpoint: mapping.endpoint,
		api_method: mapping.method,
		api_headers: JSON.stringify(mapping.headers),
		settings: JSON.stringify(mapping.settings),
		priority_threshold: mapping.priorityThreshold,
		is_active: mapping.isActive,
	};
}
