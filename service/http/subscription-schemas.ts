import { z } from 'zod';
import { EVENT_TYPES } from '../events/event-types';
import { line, missingOr } from './schemas';

const LIMITS = { url: 4000, secret: 4000, description: 500 } as const;

const eventType = z.enum(EVENT_TYPES, { error: `must be one of ${EVENT_TYPES.join(', ')}` });

export const subscriptionBody = z
	.strictObject(
		{
			url: line(LIMITS.url).meta({
				description: 'Where events are posted to; its first part may be ${ENV_NAME}. Its host must be a public one',
			}),
			events: z.array(eventType, { error: missingOr('must be a list') }).min(1, 'must have at least one event'),
			secret: line(LIMITS.secret).nullish().meta({
				description: 'whsec_ and 24 to 64 bytes in base64, or ${ENV_NAME}; without one it is made, and shown once',
			}),
			description: line(LIMITS.description).nullish(),
		},
		{ error: 'must be an object with url and events' },
	)
	.meta({ id: 'NewSubscription', description: 'Who is told what happens to tickets' });

export type SubscriptionBody = z.output<typeof subscriptionBody>;

const time = z.iso.datetime();

export const subscriptionAnswer = z
	.object({
		id: z.number().int(),
		url: z.string(),
		events: z.array(z.enum(EVENT_TYPES)),
		secret: z.string().meta({ description: 'Masked, but where it was just made' }),
		description: z.string().nullable(),
		created_at: time,
		updated_at: time,
		last_delivered_at: time.nullable(),
		failing_since: time.nullable().meta({ description: 'Since when nothing has arrived' }),
		disabled_at: time.nullable().meta({ description: 'Since when nothing is sent or kept for it any more' }),
		last_error: z.string().nullable(),
	})
	.meta({ id: 'Subscription' });

export const subscriptionsAnswer = z
	.object({ subscriptions: z.array(subscriptionAnswer) })
	.meta({ id: 'Subscriptions' });

export const subscriptionTestAnswer = z
	.object({ delivered: z.literal(true), status: z.number().int().meta({ description: 'What the receiver answered' }) })
	.meta({ id: 'SubscriptionTestResult' });
