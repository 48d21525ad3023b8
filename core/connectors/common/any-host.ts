import type { Mapping } from '../../mapping';

/** Whether a mapping may send to a gateway or relay of one's own, in clear as well, instead of the system's own host. */
export function takesAnyHost({ settings }: Mapping): boolean {
	return settings.any_host === true;
}

export function anyHostProblems({ settings }: Mapping): string[] {
	const { any_host: anyHost } = settings;
	const isSwitch = anyHost === undefined || anyHost === null || typeof anyHost === 'boolean';
	return isSwitch ? [] : ['settings.any_host must be true or false'];
}
