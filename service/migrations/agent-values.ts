import { PRIORITIES } from '../../core/ticket';
import type { Status } from '../store/records';

const FINAL: Record<string, Status> = {
	completed: 'routed',
	done: 'routed',
	routed: 'routed',
	needs_review: 'needs_review',
	failed: 'failed',
};

/** The status an adopted ticket gets. No job came with it, so what is not at its end here would never be. */
export function adoptedStatus(given: string | null): { status: Status; unfinished: boolean } {
	const name = folded(given).replace(/[\s-]+/g, '_');
	if (Object.hasOwn(FINAL, name)) return { status: FINAL[name], unfinished: false };
	return { status: 'failed', unfinished: name !== 'error' };
}

const RANKED: Record<string, string> = { p1: 'critical', p2: 'high', p3: 'medium', p4: 'low' };

/** A priority in any case, or P1 to P4; `otherwise` for what is neither. */
export function adoptedPriority(given: string | null, otherwise: string): string {
	const name = folded(given);
	if (Object.hasOwn(RANKED, name)) return RANKED[name];
	return PRIORITIES.find((known) => known === name) ?? otherwise;
}

function folded(given: string | null): string {
	return String(given ?? '')
		.trim()
		.toLowerCase();
}
