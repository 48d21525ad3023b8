import type { JsonRecord } from '../../core/json';
import type { Person } from './fields';
import type { View } from './show-issue';

/** The account that is signed in, with what only its edition of Jira says of it. */
export function showMyself({ key, value }: Person, own: JsonRecord, { site, version }: View): JsonRecord {
	const nameInAddress = key === 'name' ? 'username' : key;
	return {
		self: `${site}/rest/api/${version}/user?${nameInAddress}=${encodeURIComponent(value)}`,
		[key]: value,
		...own,
		avatarUrls: Object.fromEntries([16, 24, 32, 48].map((size) => [`${size}x${size}`, `${site}/avatar-${size}.png`])),
		displayName: 'Service desk',
		active: true,
		timeZone: 'Etc/UTC',
		locale: 'en_US',
		groups: { size: 1, items: [] },
		applicationRoles: { size: 1, items: [] },
		expand: 'groups,applicationRoles',
	};
}
