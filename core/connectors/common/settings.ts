import { TriageError } from '../../errors';
import type { Mapping } from '../../mapping';
import { isVisible, withoutEnd } from '../../text';

/** A value of a mapping's settings that a system reads. */
export interface Setting {
	key: string;
	/** What it is, after "must be": `the key of a project such as HELP`. */
	is: string;
	required?: boolean;
	/** `list`: texts, or one text with commas. */
	kind?: 'text' | 'list';
	/** What a plain value has to look like. */
	pattern?: RegExp;
}

/** Host or address in brackets, port, path: what every URL parser takes. */
const ADDRESS =
	/^https?:\/\/(?:[\p{L}\p{N}._-]+|\[[\da-f:.]+\])(?::(?:[1-5]?\d{1,4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]))?(?:[/?#]\S*)?$/iu;
const REFERENCE = /\$\{[A-Za-z_][A-Za-z0-9_]*\}/u;

export function isAddress(text: string): boolean {
	return ADDRESS.test(text);
}

/** Whether a value will only be known when it is sent. */
export function isReference(text: string): boolean {
	return REFERENCE.test(text);
}

/** What is wrong with the settings, a sentence each. */
export function settingProblems({ settings }: Mapping, known: readonly Setting[]): string[] {
	return known.flatMap((setting) => {
		const value = settings[setting.key];
		if (value === undefined || value === null || value === '') {
			return setting.required ? [`settings.${setting.key} is missing: ${setting.is}`] : [];
		}
		return isWellFormed(value, setting) ? [] : [`settings.${setting.key} must be ${setting.is}`];
	});
}

function isWellFormed(value: unknown, { kind, pattern }: Setting): boolean {
	const texts = kind === 'list' && Array.isArray(value) ? value : [value];
	return texts.every((one) => {
		if (typeof one !== 'string' && typeof one !== 'number') return false;
		const text = String(one);
		return isReference(text) || (isVisible(text) && (pattern?.test(text) ?? true));
	});
}

const PACE_SETTINGS: Setting[] = [
	{ key: 'max_per_minute', is: 'a whole number from 1 to 6000', pattern: /^(?:[1-9]\d{0,2}|[1-5]\d{3}|6000)$/u },
	{ key: 'max_at_once', is: 'a whole number from 1 to 64', pattern: /^(?:[1-9]|[1-5]\d|6[0-4])$/u },
];

/** What is wrong with the two settings by which any mapping says how much its system takes. */
export function paceProblems(mapping: Mapping): string[] {
	return settingProblems(mapping, PACE_SETTINGS);
}

/** What is wrong with the address that the requests go to. Of one that begins with a reference only the rest is known. */
export function endpointProblems({ endpoint }: Mapping, example: string): string[] {
	if (isPendingAddress(endpoint)) return [];
	if (isReference(endpoint)) {
		return ['a reference may only stand at the beginning of the endpoint, for the whole address or its first part'];
	}
	return isAddress(endpoint) ? [] : [`the endpoint must be an address such as ${example}`];
}

/** Whether an address will only be known when it is sent: a reference stands for all of it or for its first part. */
export function isPendingAddress(endpoint: string): boolean {
	const [reference] = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}(?=$|\/)/u.exec(endpoint) ?? [];
	if (reference === undefined) return false;
	const rest = endpoint.slice(reference.length);
	return !isReference(rest) && !/\s/u.test(rest);
}

/** A text or number of the settings as text; empty where it is not set. */
export function settingText({ settings }: Mapping, key: string): string {
	const value = settings[key];
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** A list of the settings, or a text with commas as one. */
export function settingList({ settings }: Mapping, key: string): string[] {
	const value = settings[key];
	const items: unknown[] = Array.isArray(value) ? value : String(value ?? '').split(',');
	return items.map((item) => String(item).trim()).filter((item) => item !== '');
}

/** @throws TriageError misconfigured with every problem */
export function refuseProblems(system: string, problems: readonly string[]): void {
	if (problems.length === 0) return;
	throw new TriageError('misconfigured', `The mapping to ${system} cannot be used: ${problems.join('; ')}`);
}

/** The endpoint as a request goes to it. @throws TriageError misconfigured while a reference stands for it */
export function endpointOf({ endpoint }: Mapping): string {
	if (isAddress(endpoint) && !isReference(endpoint)) return endpoint;
	throw new TriageError(
		'misconfigured',
		'The endpoint is no address once its reference is resolved: check the variable',
	);
}

/**
 * The endpoint without query, closing slashes, and what of it is `path`: `/\/api\/v2(?:\/tickets)?$/u`, say, for a
 * system whose addresses people copy along with their API.
 */
export function siteOf(endpoint: string, path?: RegExp): string {
	const bare = withoutEnd(endpoint.replace(/[?#].*/su, ''), '/');
	return path ? withoutEnd(bare.replace(path, ''), '/') : bare;
}

/** The address of a path below the site, which is the endpoint but for `api`; see siteOf. @throws TriageError misconfigured */
export function addressOf(mapping: Mapping, path: string, api?: RegExp): string {
	return `${siteOf(endpointOf(mapping), api)}${path}`;
}
