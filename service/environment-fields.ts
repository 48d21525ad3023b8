import { z } from 'zod';

/** Kinds of values that environment variables hold. */

export function flag() {
	const yes = ['true', '1', 'yes', 'on'];
	const no = ['false', '0', 'no', 'off'];
	return z.stringbool({ truthy: yes, falsy: no, error: 'must be true or false' });
}

export function number(least: number, most: number) {
	const message = `must be a number from ${least} to ${most}`;
	return z.coerce.number({ error: message }).min(least, message).max(most, message);
}

export function whole(least: number, most: number) {
	const message = `must be a whole number from ${least} to ${most}`;
	return z.coerce.number({ error: message }).int(message).min(least, message).max(most, message);
}

export function port() {
	const message = 'must be a port number from 0 to 65535';
	return z.coerce.number({ error: message }).int(message).min(0, message).max(65_535, message);
}

/** Items in lower case, as those of hosts. */
export function splitList(text: string): string[] {
	return splitExactly(text.toLowerCase());
}

export function splitExactly(text: string): string[] {
	return text
		.split(',')
		.map((item) => item.trim())
		.filter((item) => item !== '');
}
