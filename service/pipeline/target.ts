import { createHash } from 'node:crypto';
import type { Mapping } from '../../core/mapping';
import { paceOf } from '../../core/pace';
import type { Target } from '../targets/targets';

/** What shares limits, and can be asked for a ticket: a system at an address. As a fingerprint, as the address may be a secret. */
export function targetOf(mapping: Mapping): Target {
	const { system, endpoint, settings } = mapping;
	const place = JSON.stringify([system, endpoint, settings.channel ?? null]);
	const fingerprint = createHash('sha256').update(place).digest('hex').slice(0, 16);
	return { key: `${system}:${fingerprint}`, system, pace: paceOf(mapping) };
}
