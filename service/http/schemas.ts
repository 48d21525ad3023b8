import { z } from 'zod';
import { isRecord } from '../../core/json';
import { emailProblem, metadataProblem, textProblem } from '../../core/parse';
import { cleanLine, cleanText, codePoints } from '../../core/text';
import { LIMITS, PRIORITIES, type Ticket } from '../../core/ticket';
import { STATUSES } from '../store/records';

/** What the API takes and gives. The OpenAPI document is made of these, and these are what validates. */

function text(limit: number, clean: (text: string) => string) {
	return z
		.string({ error: missingOr('must be a text') })
		.overwrite(clean)
		.check(told(textProblem(limit)))
		.meta({ minLength: 1, maxLength: limit });
}

/** A text of one line. */
export function line(most: number) {
	return z
		.string({ error: missingOr('must be a text') })
		.overwrite(cleanLine)
		.refine((given) => codePoints(given) <= most, `must have at most ${most} characters`)
		.meta({ maxLength: most });
}

export function told<T>(problem: (value: T) => string | null) {
	return z.check<T>((context) => {
		const message = problem(context.value);
		if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
	});
}

export function missingOr(message: string) {
	return (issue: { input: unknown }): string => (issue.input === undefined ? 'is required' : message);
}

export const ticketBody = z
	.object(
		{
			title: text(LIMITS.title, cleanLine),
			description: text(LIMITS.description, cleanText),
			email: z
				.string({ error: missingOr('must be a text') })
				.overwrite(cleanLine)
				.check(told(emailProblem))
				.meta({ format: 'email', maxLength: LIMITS.email, description: "The reporter's address" }),
			priority: z
				.enum(PRIORITIES, { error: `must be one of ${PRIORITIES.join(', ')}` })
				.nullish()
				.meta({ default: 'medium' }),
			source: z
				.string({ error: 'must be a text' })
				.overwrite(cleanLine)
				.refine((source) => codePoints(source) <= LIMITS.source, `must have at most ${LIMITS.source} characters`)
				.meta({ maxLength: LIMITS.source, description: 'Where it came from, such as mail or form' })
				.nullish(),
			metadata: z
				// Not z.record, which would lose a key named __proto__.
				.custom<Record<string, unknown>>(isRecord, 'must be an object')
				.check(told(metadataProblem))
				.meta({
					type: 'object',
					description: `Anything else: at most ${LIMITS.metadataDepth} levels, ${LIMITS.metadataLength} characters`,
				})
				.nullish(),
		},
		{ error: 'must be an object with title, description and email' },
	)
	.meta({ id: 'NewTicket', description: 'A ticket as it is submitted' });

export function toTicket(body: z.output<typeof ticketBody>): Ticket {
	return { ...body, priority: body.priority ?? 'medium', source: body.source ?? null, metadata: body.metadata ?? {} };
}

export const MOST_TICKETS = 500;

/** Each ticket is checked on its own, so that a wrong one does not refuse the others. */
export const ticketsBody = z
	.object(
		{
			tickets: z
				.array(z.unknown().meta({ $ref: '#/components/schemas/NewTicket' }), { error: missingOr('must be a list') })
				.min(1, 'must have at least one ticket')
				.max(MOST_TICKETS, `must have at most ${MOST_TICKETS} tickets`),
		},
		{ error: 'must be an object with a list of tickets' },
	)
	.meta({ id: 'NewTickets' });

const time = z.iso.datetime();
const confidence = z.number().min(0).max(1);

const classification = z
	.object({
		department: z.string(),
		confidence,
		reasoning: z.string(),
		classifier: z.enum(['local', 'gemini']),
		model: z.string(),
		alternatives: z.array(z.object({ department: z.string(), confidence })),
		dissent: z
			.object({ department: z.string(), confidence, classifier: z.enum(['local', 'gemini']) })
			.optional()
			.meta({ description: 'What the other classifier says, where it differs: a person has to look' }),
		usage: z
			.object({ input_tokens: z.number(), output_tokens: z.number(), cost_usd: z.number().optional() })
			.optional()
			.meta({ description: 'What asking the model took; the cost is an estimate' }),
		language: z.string().optional().meta({ description: 'en, de, es, fr, pt or other' }),
		suggested_priority: z
			.object({ priority: z.enum(PRIORITIES), reasons: z.array(z.string()) })
			.optional()
			.meta({ description: 'How urgent it seems; `priority` stays what was given' }),
	})
	.meta({ id: 'Classification', description: 'What the classifier said, whether or not it was acted on' });

export const historyEntry = z
	.object({ step: z.string(), detail: z.record(z.string(), z.unknown()), created_at: time })
	.meta({ id: 'HistoryEntry' });

export const ticketAnswer = z
	.object({
		ticket_id: z.string(),
		title: z.string(),
		status: z.enum(STATUSES),
		department: z.string().nullable(),
		assigned_to: z.string().nullable(),
		priority: z.enum(PRIORITIES),
		effective_priority: z.enum(PRIORITIES),
		external_ticket_id: z.string().nullable(),
		external_url: z.string().nullable(),
		routed_to_system: z.string().nullable(),
		confidence_score: confidence.nullable(),
		needs_review: z.boolean(),
		error_message: z.string().nullable(),
		created_at: time,
		updated_at: time,
		classification: classification.nullable(),
		erased_at: time.optional().meta({ description: 'Since when nothing of its text is kept' }),
		history: z.array(historyEntry).optional(),
	})
	.meta({ id: 'Ticket' });

export const problemAnswer = z
	.object({
		type: z.string(),
		title: z.string(),
		status: z.number().int(),
		detail: z.string(),
		errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
	})
	.meta({ id: 'Problem', description: 'RFC 9457' });

export const ticketsAnswer = z
	.object({ results: z.array(z.union([ticketAnswer, problemAnswer])) })
	.meta({ id: 'TicketResults' });
export const ticketPage = z
	.object({
		tickets: z.array(ticketAnswer),
		next_cursor: z
			.string()
			.nullable()
			.meta({ description: 'null after the last page; before it a page may be short where a text is searched for' }),
	})
	.meta({ id: 'TicketPage' });

export const mappingAnswer = z
	.object({
		id: z.number().int(),
		department: z.string(),
		team_name: z.string(),
		system: z.string(),
		api_endpoint: z.string(),
		api_method: z.string(),
		api_headers: z.record(z.string(), z.string()),
		settings: z.record(z.string(), z.unknown()),
		priority_threshold: z.enum(PRIORITIES),
		is_active: z.boolean(),
		created_at: time,
		updated_at: time,
	})
	.meta({ id: 'Mapping', description: 'Secrets are masked' });
export const mappingsAnswer = z.object({ mappings: z.array(mappingAnswer) }).meta({ id: 'Mappings' });

const dependency = z.enum(['healthy', 'degraded', 'unhealthy', 'not_configured']);
export const healthAnswer = z
	.object({
		status: z.enum(['healthy', 'degraded', 'unhealthy']),
		timestamp: time,
		version: z.string(),
		dependencies: z.object({ database: dependency, gemini_api: dependency, external_apis: dependency }),
		problems: z.array(z.string()).optional().meta({ description: 'What an operator has to put right' }),
	})
	.meta({ id: 'Health' });
