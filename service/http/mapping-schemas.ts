import { z } from 'zod';
import { isRecord, jsonDepth } from '../../core/json';
import { PRIORITIES } from '../../core/ticket';
import { line, ticketBody, told } from './schemas';

export const MAPPING_LIMITS = {
	headers: 50,
	settings: 100,
	text: 4000,
	settingsLength: 20_000,
	settingsDepth: 5,
} as const;

/** Not z.record, which would lose a key named __proto__. */
function record<T>(problem: (value: Record<string, T>) => string | null) {
	return z.custom<Record<string, T>>(isRecord, 'must be an object').check(told(problem));
}

function headersProblem(headers: Record<string, unknown>): string | null {
	const { headers: most, text } = MAPPING_LIMITS;
	const entries = Object.entries(headers);
	if (entries.length > most) return `must have at most ${most} headers`;
	if (!entries.every(([, value]) => typeof value === 'string')) return 'must have texts as values';
	const tooLong = entries.flat().some((part) => String(part).length > text);
	return tooLong ? `must have names and values of at most ${text} characters` : null;
}

function settingsProblem(settings: Record<string, unknown>): string | null {
	const { settings: most, text, settingsLength, settingsDepth } = MAPPING_LIMITS;
	if (Object.keys(settings).length > most) return `must have at most ${most} settings`;
	if (jsonDepth(settings, settingsDepth) > settingsDepth) {
		return `must not be nested deeper than ${settingsDepth} levels`;
	}
	if (JSON.stringify(settings).length > settingsLength) return `must have at most ${settingsLength} characters as JSON`;
	return longestText(settings) > text ? `must have names and texts of at most ${text} characters` : null;
}

function longestText(value: unknown): number {
	if (typeof value === 'string') return value.length;
	if (typeof value !== 'object' || value === null) return 0;
	return Math.max(0, ...Object.entries(value).flatMap(([key, item]) => [key.length, longestText(item)]));
}

const readOnly = z
	.unknown()
	.optional()
	.meta({ readOnly: true, description: 'Not taken over: here so that what was read can be written back' });

export const mappingBody = z
	.strictObject(
		{
			department: line(200).meta({ description: 'One of those configured, whatever its case' }),
			team_name: line(200).nullish().meta({ description: "Without one, the department's first team" }),
			system: line(100).meta({ description: 'Such as inbox or http' }),
			api_endpoint: line(MAPPING_LIMITS.text).nullish().meta({ default: '' }),
			api_method: line(20).nullish().meta({ default: 'POST' }),
			api_headers: record<string>(headersProblem)
				.meta({
					type: 'object',
					maxProperties: MAPPING_LIMITS.headers,
					additionalProperties: { type: 'string', maxLength: MAPPING_LIMITS.text },
					description: 'Values may say ${ENV_NAME}. On PUT, a value of ••• keeps what is stored',
				})
				.nullish(),
			settings: record<unknown>(settingsProblem)
				.meta({
					type: 'object',
					maxProperties: MAPPING_LIMITS.settings,
					description:
						`What the system needs to know: at most ${MAPPING_LIMITS.settingsDepth} levels, ` +
						`${MAPPING_LIMITS.settingsLength} characters as JSON. As with headers, \${ENV_NAME} and ••• are understood`,
				})
				.nullish(),
			priority_threshold: z
				.enum(PRIORITIES, { error: `must be one of ${PRIORITIES.join(', ')}` })
				.nullish()
				.meta({ default: 'low' }),
			is_active: z.boolean({ error: 'must be true or false' }).nullish().meta({ default: true }),
			id: readOnly,
			created_at: readOnly,
			updated_at: readOnly,
		},
		{ error: 'must be an object with department and system' },
	)
	.meta({ id: 'NewMapping', description: 'Which system takes a department’s tickets from a priority upwards' });

export type MappingBody = z.output<typeof mappingBody>;

export const mappingTestBody = z
	.strictObject(
		{
			dry_run: z
				.boolean({ error: 'must be true or false' })
				.nullish()
				.meta({ default: true, description: 'false sends the request, once' }),
			ticket: ticketBody.nullish().meta({ description: 'Without one, a sample that says it is a test' }),
		},
		{ error: 'must be an object with dry_run or ticket, or empty' },
	)
	.meta({ id: 'NewMappingTest' });

export type MappingTestBody = z.output<typeof mappingTestBody>;

export const mappingTestAnswer = z
	.object({
		request: z
			.object({
				method: z.string(),
				url: z.string(),
				headers: z.record(z.string(), z.string()),
				body: z.string().nullable(),
			})
			.nullable()
			.meta({ description: 'Secrets are masked; null where nothing is sent' }),
		receipt: z
			.object({ external_ticket_id: z.string().nullable(), external_url: z.string().nullable() })
			.optional()
			.meta({ description: 'What the system gave back, where the request was sent' }),
	})
	.meta({ id: 'MappingTestResult' });
