import { isShownSetting } from '../shown-settings';
import type { TicketEvent, TicketRecord } from '../store/records';
import type { StoredMapping } from '../store/mappings';
import type { Subscription } from '../store/subscriptions';

/** A ticket as the API shows it: what was decided, not what was written. */
export function presentTicket(record: TicketRecord, history?: TicketEvent[]) {
	return {
		ticket_id: record.ticket_id,
		title: record.title,
		status: record.status,
		department: record.department,
		assigned_to: record.assigned_to,
		priority: record.priority,
		effective_priority: record.effective_priority,
		external_ticket_id: record.external_ticket_id,
		external_url: record.external_url,
		routed_to_system: record.routed_to_system,
		confidence_score: record.confidence_score,
		needs_review: record.needs_review,
		error_message: record.error_message,
		created_at: record.created_at,
		updated_at: record.updated_at,
		classification: record.classification,
		...(record.erased_at !== null && { erased_at: record.erased_at }),
		...(history && { history: history.map(({ step, detail, created_at }) => ({ step, detail, created_at })) }),
	};
}

export function presentMapping(mapping: StoredMapping) {
	return {
		id: mapping.id,
		department: mapping.department,
		team_name: mapping.teamName,
		system: mapping.system,
		api_endpoint: maskAddress(mapping.endpoint),
		api_method: mapping.method,
		api_headers: Object.fromEntries(
			Object.entries(mapping.headers).map(([name, value]) => [name, maskText(String(value))]),
		),
		settings: Object.fromEntries(
			Object.entries(mapping.settings).map(([key, value]) => [key, isShownSetting(key, value) ? value : masked(value)]),
		),
		priority_threshold: mapping.priorityThreshold,
		is_active: mapping.isActive,
		created_at: mapping.createdAt,
		updated_at: mapping.updatedAt,
	};
}

export function presentSubscription(subscription: Subscription) {
	return {
		id: subscription.id,
		url: maskAddress(subscription.url),
		events: subscription.events,
		secret: maskText(subscription.secret),
		description: subscription.description,
		created_at: subscription.createdAt,
		updated_at: subscription.updatedAt,
		last_delivered_at: subscription.lastDeliveredAt,
		failing_since: subscription.failingSince,
		disabled_at: subscription.disabledAt,
		last_error: subscription.lastError,
	};
}

/** Stands for what nobody is shown. */
export const MASK = '•••';

/** Texts made of references alone give nothing away; any other is hidden, and numbers too, however deep they stand. */
function masked(value: unknown): unknown {
	if (typeof value === 'string') return maskText(value);
	if (typeof value === 'number') return MASK;
	if (Array.isArray(value)) return value.map(masked);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item)]));
}

function maskText(text: string): string {
	return /^(\s|Bearer|Basic|\$\{[A-Za-z_][A-Za-z0-9_]*\})+$/.test(text) ? text : MASK;
}

/** Webhook addresses carry their secret in any part after the host, or before it; a reference gives nothing away. */
export function maskAddress(address: string): string {
	if (address === '' || /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(address)) return address;
	const { origin, protocol } = URL.canParse(address) ? new URL(address) : { origin: '', protocol: '' };
	if (protocol !== 'http:' && protocol !== 'https:') return MASK;
	return address === origin || address === `${origin}/` ? address : `${origin}/${MASK}`;
}
