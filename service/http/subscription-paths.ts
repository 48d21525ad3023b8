import { WRITING, body, get, json, located, problems, rowId, type Json } from './openapi-parts';

/** The addresses of those who are told what happens to tickets. */
export function subscriptionPaths(): Json {
	const known = json('Subscription', 'The subscription');
	return {
		'/subscriptions': {
			...get('Who is told what happens to tickets', {
				responses: { 200: json('Subscriptions', 'All subscriptions') },
			}),
			post: {
				summary: 'Subscribe to events: they are posted to the url, signed as Standard Webhooks says',
				requestBody: body('NewSubscription'),
				responses: { 201: located('Subscription', 'Added'), ...problems(409, ...WRITING) },
			},
		},
		'/subscriptions/{id}': {
			parameters: [rowId],
			...get('A subscription', { responses: { 200: known, ...problems(400, 404) } }),
			delete: {
				summary: 'End a subscription: what was not told yet is dropped',
				responses: { 204: { description: 'Ended' }, ...problems(400, 404) },
			},
		},
		'/subscriptions/{id}/enable': {
			post: {
				summary: 'Send again: at once to one that is failing, and to one that was disabled what waits',
				parameters: [rowId],
				responses: { 200: known, ...problems(400, 404, 413, 415) },
			},
		},
		'/subscriptions/{id}/test': {
			post: {
				summary: 'Send a ticket.test event at once, and say what the receiver answered',
				parameters: [rowId],
				responses: { 200: json('SubscriptionTestResult', 'It was taken'), ...problems(404, 502, ...WRITING) },
			},
		},
	};
}
