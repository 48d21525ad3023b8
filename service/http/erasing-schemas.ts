import { z } from 'zod';
import { emailProblem } from '../../core/parse';
import { cleanLine } from '../../core/text';
import { LIMITS } from '../../core/ticket';
import { missingOr, told } from './schemas';

export const erasureBody = z
	.strictObject(
		{
			email: z
				.string({ error: missingOr('must be a text') })
				.overwrite(cleanLine)
				.check(told(emailProblem))
				.meta({ format: 'email', maxLength: LIMITS.email, description: "The reporter's address, whatever its case" }),
		},
		{ error: 'must be an object with email' },
	)
	.meta({ id: 'NewErasure' });

const count = z.number().int().min(0);

export const erasureAnswer = z
	.object({
		erased: count.meta({ description: 'Tickets whose text is gone now' }),
		working: count.meta({
			description: 'Tickets that are worked on and keep their text: ask again when they are settled',
		}),
		more: z.boolean().meta({ description: 'Whether there were too many for one request: ask again' }),
	})
	.meta({ id: 'ErasureResult' });
