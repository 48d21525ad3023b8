/** What a key is good for; `admin` includes the others. */
export const SCOPES = ['submit', 'read', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** A POST to any of these is a new ticket. */
const SUBMITTING = ['/webhook/ticket', '/webhook/tickets'];
const ONE_TICKET = /^\/webhook\/ticket\/[^/]+$/;

/**
 * Which scopes open a request: any one of them does. Who submits may read a ticket by its id, which nobody guesses. What is
 * not known here takes the most.
 */
export function scopesFor(method: string, address: string): readonly Scope[] {
	const isReading = method === 'GET' || method === 'HEAD';
	if (isSubmitting(method, address)) return ['submit', 'admin'];
	if (isReading && ONE_TICKET.test(spellingOf(address))) return ['submit', 'read', 'admin'];
	return isReading ? ['read', 'admin'] : ['admin'];
}

/** Whether these are new tickets. */
export function isSubmitting(method: string, address: string): boolean {
	return method === 'POST' && SUBMITTING.includes(spellingOf(address));
}

/** Express takes these for the same. */
function spellingOf(address: string): string {
	return address.replace(/\/$/, '').toLowerCase();
}
