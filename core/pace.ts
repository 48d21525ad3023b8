import { findConnector } from './connectors';
import type { Pace } from './connectors/connector';
import { paceProblems, settingText } from './connectors/common/settings';
import type { Mapping } from './mapping';

/**
 * How much of one caller the mapping's system takes: the connector's word, or what `max_at_once` and `max_per_minute` of
 * the mapping say instead; what they say wrongly is passed over. @throws TriageError misconfigured without a connector
 */
export function paceOf(mapping: Mapping): Pace {
	const { pace } = findConnector(mapping.system);
	const atOnce = settingOf(mapping, 'max_at_once') ?? pace.atOnce;
	const perMinute = settingOf(mapping, 'max_per_minute') ?? pace.perMinute;
	return { atOnce, ...(perMinute !== undefined && { perMinute }) };
}

function settingOf(mapping: Mapping, key: string): number | undefined {
	const text = settingText(mapping, key);
	const alone = { ...mapping, settings: { [key]: mapping.settings[key] } };
	return /^\d+$/u.test(text) && paceProblems(alone).length === 0 ? Number(text) : undefined;
}
