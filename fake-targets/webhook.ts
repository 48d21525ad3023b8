import { createHmac, timingSafeEqual } from 'node:crypto';
import { isRecord, readJson } from '../core/json';
import { saysJson } from './authorization';
import type { FakeTarget, HeldTicket, TargetAnswer, TargetRequest } from './target';
import { asTicketId } from './ticket-id';

export const WEBHOOK_PATH = '/tickets';
/** `whsec_` and 24 bytes. */
export const WEBHOOK_SECRET = 'whsec_ZmFrZS1mYWtlLWZha2UtZmFrZS1mYWtl';

export interface WebhookOptions {
	/** WEBHOOK_SECRET by default; null takes what is not signed. */
	secret?: string | null;
	/** Milliseconds since 1970. */
	now?: () => number;
}

export interface FakeWebhook extends FakeTarget {
	/** Arrivals of what was there already. */
	readonly repeats: number;
}

/** A receiver of Standard Webhooks: what it has not seen, signed over its very bytes and lately, becomes a ticket. */
export function createWebhook({ secret = WEBHOOK_SECRET, now = Date.now }: WebhookOptions = {}): FakeWebhook {
	const tickets: HeldTicket[] = [];
	const known = new Map<string, string>();
	let repeats = 0;
	return {
		system: 'http',
		tickets,
		get repeats() {
			return repeats;
		},
		answer(request) {
			const refusal = wrongRequest(request) ?? (secret === null ? null : wrongSignature(request, secret, now()));
			if (refusal) return refusal;
			const messageId = request.headers['webhook-id'] ?? '';
			const first = known.get(messageId);
			if (first !== undefined) {
				repeats += 1;
				return { status: 200, body: { id: first } };
			}
			const ticket = heldFrom(request, tickets.length + 1);
			tickets.push(ticket);
			if (messageId !== '') known.set(messageId, ticket.id);
			return { status: 201, body: { id: ticket.id } };
		},
	};
}

function refusal(status: number, message: string): TargetAnswer {
	return { status, body: { message } };
}

function wrongRequest(request: TargetRequest): TargetAnswer | null {
	const { method, path, body } = request;
	if (path !== WEBHOOK_PATH) return refusal(404, 'Not found');
	if (!['POST', 'PUT', 'PATCH'].includes(method)) return refusal(405, 'Method not allowed');
	if (!saysJson(request)) return refusal(415, 'The body must be application/json');
	return readJson(body) === undefined ? refusal(400, 'The body is not valid JSON') : null;
}

/** In seconds, either way. */
const TOLERANCE = 5 * 60;

function wrongSignature({ headers, body }: TargetRequest, secret: string, nowMs: number): TargetAnswer | null {
	const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => headers[`webhook-${name}`] ?? '');
	if (id === '' || timestamp === '' || signatures === '') return refusal(400, 'Missing required headers');
	if (!/^\d{1,12}$/u.test(timestamp)) return refusal(400, 'Invalid signature headers');
	const age = Math.floor(nowMs / 1000) - Number(timestamp);
	if (Math.abs(age) > TOLERANCE) return refusal(401, `Message timestamp too ${age > 0 ? 'old' : 'new'}`);
	const expected = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/u, ''), 'base64'))
		.update(`${id}.${timestamp}.${body}`)
		.digest();
	const isSigned = signatures.split(' ').some((one) => {
		const [version, encoded = ''] = one.split(',');
		const given = Buffer.from(encoded, 'base64');
		return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
	});
	return isSigned ? null : refusal(401, 'No matching signature found');
}

/** The id is in that of the message as well, which is there whatever form the body was given. */
function heldFrom({ headers, body: text }: TargetRequest, count: number): HeldTicket {
	const body = readJson(text);
	const ticketId = asTicketId(headers['webhook-id']?.replace(/^triage-/u, ''));
	return { id: `REQ-${count}`, ticketId: ticketId || asTicketId(isRecord(body) && body.ticket_id), body, comments: [] };
}
