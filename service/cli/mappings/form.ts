import { isDeepStrictEqual } from 'node:util';
import { presentMapping } from '../../http/present';
import type { NewMapping, StoredMapping } from '../../store/mappings';

/** A mapping in the API's words, secrets and all. */
export function plainForm(mapping: NewMapping) {
	return {
		department: mapping.department,
		team_name: mapping.teamName,
		system: mapping.system,
		api_endpoint: mapping.endpoint,
		api_method: mapping.method,
		api_headers: mapping.headers,
		settings: mapping.settings,
		priority_threshold: mapping.priorityThreshold,
		is_active: mapping.isActive,
	};
}

/** The names of the fields in which two mappings differ; the order of settings and headers is none of it. */
export function differences(before: NewMapping, after: NewMapping): string[] {
	const [old, changed] = [plainForm(before), plainForm(after)];
	return Object.keys(old).filter((name) => {
		const field = name as keyof typeof old;
		return !isDeepStrictEqual(old[field], changed[field]);
	});
}

/** As a file has it: what says which mapping it is, and what it says. */
export function exportedForm(mapping: StoredMapping, withSecrets: boolean) {
	const { id, createdAt } = mapping;
	const shown = withSecrets ? plainForm(mapping) : maskedForm(mapping);
	return { id, ...shown, created_at: createdAt };
}

function maskedForm(mapping: StoredMapping) {
	const { id: _id, created_at: _created, updated_at: _updated, ...shown } = presentMapping(mapping);
	return shown;
}
