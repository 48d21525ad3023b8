import type { Status, Step } from '../store/records';

/** What can be subscribed to. A step of a ticket makes at most one of them. */
export const EVENT_TYPES = ['settled', 'needs_review', 'failed', 'corrected'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** The event that a step is, of a ticket with this status after it; null for a step that is none. */
export function eventTypeOf(step: Step, status: Status): EventType | null {
	if (step === 'corrected' || step === 'failed') return step;
	if (step !== 'routed') return null;
	return status === 'needs_review' ? 'needs_review' : 'settled';
}
