import { z } from 'zod';
import { findDepartment, withFallback, type Department } from '../../core/departments';
import { cleanLine, cleanText, codePoints } from '../../core/text';
import { listQuery } from './list-query';
import { missingOr } from './schemas';

const LIMITS = { department: 200, assignedTo: 200, note: 2000 } as const;

function text(most: number, clean: (text: string) => string) {
	return z
		.string({ error: missingOr('must be a text') })
		.overwrite(clean)
		.refine((given) => codePoints(given) <= most, `must have at most ${most} characters`)
		.meta({ maxLength: most });
}

export const correctionBody = z
	.strictObject(
		{
			department: text(LIMITS.department, cleanLine).meta({
				description: 'One of those configured, whatever its case',
			}),
			assigned_to: text(LIMITS.assignedTo, cleanLine)
				.nullish()
				.meta({ description: "The team or person; without it the mapping's team" }),
			note: text(LIMITS.note, cleanText).nullish().meta({ description: 'For the team that gets the ticket' }),
		},
		{ error: 'must be an object with department' },
	)
	.meta({ id: 'NewCorrection', description: "A person's decision; the ticket goes to that department, for good" });

/** The body as it is read: the department comes out as it is configured. */
export function correctionAmong(departments: readonly Department[]) {
	const known = withFallback(departments);
	const unknown = `must be one of ${known.map(({ name }) => name).join(', ')}`;
	return correctionBody.extend({
		department: correctionBody.shape.department.transform((given, context) => {
			const found = findDepartment(known, given);
			if (found) return found.name;
			context.addIssue(unknown);
			return z.NEVER;
		}),
	});
}

export const retryBody = z
	.strictObject(
		{
			ask: z.boolean({ error: 'must be true or false' }).nullish().meta({
				default: true,
				description: 'false: do not ask the system for an earlier request that ended in doubt, send again',
			}),
		},
		{ error: 'must be an object with ask, or empty' },
	)
	.meta({ id: 'NewRetry' });

const { department, text: searched, from, to } = listQuery.shape;

export const bulkRetryBody = z
	.strictObject(
		{
			...{ department, text: searched, from, to },
			limit: z
				.number({ error: 'must be a number' })
				.int('must be whole')
				.min(1, 'must be at least 1')
				.max(10_000, 'must be at most 10000')
				.default(1000),
		},
		{ error: 'must be an object with filters, or empty' },
	)
	.meta({ id: 'NewRetries', description: 'Which failed tickets go back to work, as GET /tickets filters; empty: all' });

export const retriesAnswer = z
	.object({
		retried: z.number().int().meta({ description: 'Tickets put back to work' }),
		more: z.boolean().meta({ description: 'Whether the limit left some' }),
	})
	.meta({ id: 'RetriesResult' });
