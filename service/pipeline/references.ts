import type { Mapping } from '../../core/mapping';
import { resolveReferences } from '../../core/references';
import { isShownSetting } from '../shown-settings';

type Lookup = (name: string) => string | undefined;

/**
 * The mapping with its references resolved, and what those stood for that nobody may see: all but the values of settings
 * that are shown to everybody. @throws TriageError misconfigured, naming what has no value
 */
export function resolveMapping(mapping: Mapping, lookup: Lookup): { resolved: Mapping; secrets: Set<string> } {
	const resolved = resolveReferences(mapping, lookup);
	const secrets = new Set<string>();
	const hidden = Object.entries(mapping.settings).filter(([key, value]) => !isShownSetting(key, value));
	resolveReferences({ ...mapping, settings: Object.fromEntries(hidden) }, (name) => {
		const value = lookup(name);
		if (value !== undefined) secrets.add(value);
		return value;
	});
	return { resolved, secrets };
}
