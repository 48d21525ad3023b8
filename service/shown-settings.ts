/** Settings of mappings that say where a ticket goes, and open nothing. Any other may hold a secret. */
const SHOWN = new Set([
	'project_key',
	'issue_type',
	'group_id',
	'channel',
	'team',
	'queue',
	'labels',
	'priority',
	'department_id',
	'workspace_id',
	'request_type_id',
	'service_desk_id',
]);

/** Whether a setting is shown as it is: its key is known, and its value is plain or a list of plain values. */
export function isShownSetting(key: string, value: unknown): boolean {
	return SHOWN.has(key) && (Array.isArray(value) ? value : [value]).every(isPlain);
}

/** An address is none: those of webhooks carry their secret. */
function isPlain(value: unknown): boolean {
	return typeof value === 'string' ? !value.includes('://') : typeof value !== 'object' || value === null;
}
