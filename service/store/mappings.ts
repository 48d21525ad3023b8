import type { Knex } from 'knex';
import type { Department } from '../../core/departments';
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

/** The active mappings, read again when they are older than `maxAgeMs`: one query, however many tickets ask. */
export function cacheActiveMappings(
	knex: Knex,
	now: () => number,
	maxAgeMs: number,
): () => Promise<readonly StoredMapping[]> {
	let cached: Promise<readonly StoredMapping[]> | undefined;
	let readAt = 0;
	return () => {
		if (cached && now() - readAt < maxAgeMs) return cached;
		readAt = now();
		const reading = listMappings(knex).then((all) => all.filter(({ isActive }) => isActive));
		reading.catch(() => (cached = undefined));
		return (cached = reading);
	};
}

/** On the first start every department gets a mapping to the service's own inbox. Resolves with how many were made. */
export async function seedMappings(knex: Knex, departments: readonly Department[], now: string): Promise<number> {
	const existing = (await knex('team_mappings').first('id')) as unknown;
	if (existing !== undefined) return 0;
	const rows = departments.map((department) => ({
		department: department.name,
		team_name: department.teams[0] ?? department.name,
		system: 'inbox',
		created_at: now,
		updated_at: now,
	}));
	await knex('team_mappings').insert(rows);
	return rows.length;
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
