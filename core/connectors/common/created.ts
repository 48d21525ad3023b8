import { TriageError } from '../../errors';
import type { HttpResponse } from '../../http';
import type { Receipt } from '../connector';

/**
 * What an answer below 300 means that names no ticket: 201 has created one, whatever became of the body on its way.
 * @throws TriageError rejected where it explains itself, else unreadable
 */
export function withoutTicket(system: string, { status }: HttpResponse, explanation: string): Receipt {
	if (explanation !== '') {
		throw new TriageError('rejected', `${system} answered ${status} (${explanation}): check the settings`, { status });
	}
	if (status === 201) return { externalId: null, externalUrl: null };
	throw new TriageError('unreadable', `${system} answered ${status} without a ticket: check the endpoint`, { status });
}
