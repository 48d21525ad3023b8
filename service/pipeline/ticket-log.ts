import type { Classification } from '../../core/classification';
import type { Classified } from '../../core/classify';
import type { Logger } from '../logger';
import type { TicketRecord } from '../store/records';

interface Answered extends Pick<Classified, 'skipped'> {
	classification: Classification | null;
}

/** Says where a classification is not what it might have been; in numbers and codes alone. */
export function logDoubts({ classification, skipped }: Answered, threshold: number, log: Logger): void {
	for (const { classifier, code } of skipped)
		if (code !== undefined) log.warn({ classifier, code }, 'fallback: the local model decided alone');
	if (classification === null || classification.confidence >= threshold) return;
	const { confidence, classifier } = classification;
	log.warn({ confidence, threshold, classifier }, 'low confidence');
}

/** Says that a target takes nothing now, or has taken nothing for so long that the ticket is given up. */
export function logHeld(
	{ ticket_id }: Pick<TicketRecord, 'ticket_id'>,
	{ until, isTooLong }: { until: number; isTooLong: boolean },
	log: Logger,
): void {
	if (isTooLong) log.error({ ticket_id }, 'ticket failed: nothing took it for three days');
	else log.debug({ ticket_id, until: new Date(until).toISOString() }, 'delivery waits for room');
}
