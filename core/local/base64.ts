import { withoutEnd } from '../text';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes of a base64 text. Neither Buffer nor atob exists in the core. */
export function decodeBase64(text: string): Uint8Array {
	const values = new Uint8Array(128);
	for (let i = 0; i < ALPHABET.length; i += 1) values[ALPHABET.charCodeAt(i)] = i;
	const bytes = new Uint8Array(Math.floor((withoutEnd(text, '=').length * 3) / 4));
	for (let i = 0, at = 0; at < bytes.length; i += 4) {
		const group =
			(values[text.charCodeAt(i)] << 18) |
			(values[text.charCodeAt(i + 1)] << 12) |
			(values[text.charCodeAt(i + 2)] << 6) |
			values[text.charCodeAt(i + 3)];
		bytes[at++] = group >> 16;
		if (at < bytes.length) bytes[at++] = (group >> 8) & 255;
		if (at < bytes.length) bytes[at++] = group & 255;
	}
	return bytes;
}
