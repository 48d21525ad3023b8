import { z } from 'zod';
import { STATUSES } from '../store/records';
import { LARGEST_ID } from './row-id';

export const listQuery = z.object({
	status: z.enum(STATUSES, { error: `must be one of ${STATUSES.join(', ')}` }).optional(),
	department: searched().max(100).optional(),
	text: searched().min(1).max(200).optional().meta({ description: 'In title or description' }),
	from: isoTime().optional().meta({ description: 'Received at or after, ISO 8601' }),
	to: isoTime().optional().meta({ description: 'Received before, ISO 8601' }),
	limit: z.coerce
		.number({ error: 'must be a number' })
		.int('must be whole')
		.min(1, 'must be at least 1')
		.max(200, 'must be at most 200')
		.default(50),
	cursor: z
		.string({ error: 'must be given once' })
		.refine(
			(cursor) => /^\d{1,10}$/.test(cursor) && Number(cursor) <= LARGEST_ID,
			'is not a cursor that this service gave out',
		)
		.optional()
		.meta({ pattern: '^[0-9]{1,10}$', description: 'next_cursor of the page before' }),
});

/** PostgreSQL compares no text with NUL in it. */
function searched() {
	return z.string({ error: 'must be given once' }).refine((text) => !text.includes('\0'), 'must not contain NUL');
}

/** From 1970 to 9999, in UTC: what both databases hold and sort alike. */
function isoTime() {
	const message = 'must be a time such as 2026-11-22T09:00:00Z, from 1970 on';
	return z.iso
		.datetime({ offset: true, error: message })
		.or(z.iso.date({ error: message }))
		.transform((time) => new Date(time).toISOString())
		.refine((time) => /^(19[7-9]|[2-9]\d\d)\d-/.test(time), message);
}
