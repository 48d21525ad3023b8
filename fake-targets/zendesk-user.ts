import type { JsonRecord } from '../core/json';

const COMMON = { phone: null, photo: null, locale: 'en-US', time_zone: 'Etc/UTC', external_id: null, tags: [] };

/** The agent that is signed in, as it sees itself. */
export function agentOf(email: string, createdAt: number): JsonRecord {
	const at = new Date(createdAt).toISOString();
	return {
		...COMMON,
		id: 100,
		url: '/api/v2/users/100.json',
		name: 'Service desk',
		email,
		created_at: at,
		updated_at: at,
		role: 'agent',
		...{ active: true, verified: true, suspended: false, restricted_agent: false, organization_id: null },
	};
}

/** Who asks without signing in: a user like others, but for an id. */
export const VISITOR: JsonRecord = {
	...COMMON,
	id: null,
	url: null,
	name: 'Anonymous user',
	email: 'invalid@example.com',
	created_at: null,
	updated_at: null,
	role: 'end-user',
	...{ active: false, verified: false, suspended: false, restricted_agent: true, organization_id: null },
};
