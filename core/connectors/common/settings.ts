import { TriageError } from '../../errors';
import type { Mapping } from '../../mapping';
import { isVisible } from '../../text';

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

/** What is wrong with the address that the requests go to. */
export function endpointProblems({ endpoint }: Mapping, example: string): string[] {
	return isAddress(endpoint) ? [] : [`the endpoint must be an address such as ${example}`];
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

/** The address of a path below the endpoint. */
export function addressOf({ endpoint }: Mapping, path: string): string {
	return `${endpoint.replace(/[?#].*$/u, '').replace(/\/+$/u, '')}${path}`;
}
