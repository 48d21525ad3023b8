import { z } from 'zod';
import { listQuery } from './list-query';
import { WRITING, body, get, json, located, plain, problem, problems, rowId, type Json } from './openapi-parts';
import { MOST_TICKETS } from './schemas';
import { subscriptionPaths } from './subscription-paths';

/** The addresses of the API; the schemas that they name are beside them in the document. */
export function openApiPaths(): Json {
	return { ...ticketPaths(), ...reworkPaths(), ...mappingPaths(), ...subscriptionPaths(), ...operationPaths() };
}

const ticketId = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

const prefer = {
	name: 'Prefer',
	in: 'header',
	schema: { type: 'string' },
	description: '`respond-async`: answer 202 at once',
};

const idempotencyKeys = [
	{
		name: 'Idempotency-Key',
		in: 'header',
		schema: { type: 'string', minLength: 1, maxLength: 255 },
		description:
			'Makes a repetition safe: for 24 hours the same key and body are answered with the same tickets, as they stand ' +
			'by then, and with `Idempotent-Replayed: true`. Printable ASCII; a UUID will do. Each API key has keys of its own',
	},
	{
		name: 'webhook-id',
		in: 'header',
		schema: { type: 'string', minLength: 1, maxLength: 255 },
		description: 'Of a delivery by Standard Webhooks: counts as its Idempotency-Key where it has no other',
	},
];
const refusedKeys = {
	400: problem('The body cannot be read, or the key is none'),
	409: problem('The first request with this key is still being stored: come again after `Retry-After`'),
	422: problem('Fields are missing or wrong, every one is named; or the key came with another body before'),
};

function ticketPaths(): Json {
	return {
		'/webhook/ticket': {
			post: {
				summary: 'Submit a ticket and wait for it to be settled',
				parameters: [prefer, ...idempotencyKeys],
				requestBody: body('NewTicket'),
				responses: {
					200: json('Ticket', 'Settled'),
					202: located('Ticket', 'Accepted, not settled yet'),
					...{ ...problems(413, 415, 503), ...refusedKeys },
				},
			},
		},
		'/webhook/tickets': {
			post: {
				summary: `Submit up to ${MOST_TICKETS} tickets: one ticket or problem for each, in order`,
				parameters: [prefer, ...idempotencyKeys],
				requestBody: body('NewTickets'),
				responses: {
					200: json('TicketResults', 'All settled or refused'),
					202: json('TicketResults', 'Some not settled yet'),
					...{ ...problems(413, 415, 503), ...refusedKeys },
				},
			},
		},
		'/webhook/ticket/{id}': get('A ticket in its present state', {
			parameters: [ticketId, { name: 'expand', in: 'query', schema: { type: 'string', enum: ['history'] } }],
			responses: { 200: json('Ticket', 'The ticket'), ...problems(400, 404) },
		}),
		'/tickets': get('Tickets, newest first', {
			parameters: queryParameters(),
			responses: { 200: json('TicketPage', 'A page'), ...problems(422) },
		}),
	};
}

function reworkPaths(): Json {
	const settled = {
		200: json('Ticket', 'Settled anew'),
		202: located('Ticket', 'At work, not settled yet'),
	};
	return {
		'/tickets/{id}/correct': {
			post: {
				summary: 'A person’s decision: the ticket goes to another department, and no automatic step undoes it',
				parameters: [ticketId, prefer],
				requestBody: body('NewCorrection'),
				responses: { ...settled, ...problems(404, 409, ...WRITING) },
			},
		},
		'/tickets/{id}/retry': {
			post: {
				summary: 'Put a failed ticket back to work',
				parameters: [ticketId, prefer],
				requestBody: { ...body('NewRetry'), required: false },
				responses: { ...settled, ...problems(404, 409, ...WRITING) },
			},
		},
		'/tickets/retry': {
			post: {
				summary: 'Put many failed tickets back to work, newest first',
				requestBody: { ...body('NewRetries'), required: false },
				responses: { 202: json('RetriesResult', 'At work'), ...problems(...WRITING) },
			},
		},
		'/tickets/erase': {
			post: {
				summary: 'Erase the text of all tickets of a reporter; what was decided is kept',
				requestBody: body('NewErasure'),
				responses: { 200: json('ErasureResult', 'How many, and what is left'), ...problems(...WRITING) },
			},
		},
	};
}

function mappingPaths(): Json {
	return {
		'/mappings': {
			...get('Which system takes which department’s tickets', {
				responses: { 200: json('Mappings', 'All mappings') },
			}),
			post: {
				summary: 'Add a mapping: it counts from the next ticket on',
				requestBody: body('NewMapping'),
				responses: { 201: located('Mapping', 'Added'), ...problems(...WRITING) },
			},
		},
		'/mappings/{id}': {
			parameters: [rowId],
			...get('A mapping', { responses: { 200: json('Mapping', 'The mapping'), ...problems(400, 404) } }),
			put: {
				summary: 'Put a whole mapping in the place of this one',
				requestBody: body('NewMapping'),
				responses: { 200: json('Mapping', 'As it is now'), ...problems(404, ...WRITING) },
			},
			delete: {
				summary: 'Remove a mapping',
				responses: { 204: { description: 'Removed' }, ...problems(400, 404) },
			},
		},
		'/mappings/{id}/test': {
			post: {
				summary: 'What a ticket through this mapping would send; sends it where dry_run is false',
				parameters: [rowId],
				requestBody: { ...body('NewMappingTest'), required: false },
				responses: { 200: json('MappingTestResult', 'The request'), ...problems(404, 502, ...WRITING) },
			},
		},
	};
}

function operationPaths(): Json {
	return {
		'/health': get('How the service and what it depends on are', {
			security: [],
			responses: { 200: json('Health', 'Healthy or degraded'), 503: json('Health', 'Unhealthy') },
		}),
		'/livez': get('Whether the process runs', { security: [], responses: { 200: plain('It does') } }),
		'/readyz': get('Whether traffic may come', { security: [], responses: { 200: plain('It may'), ...problems(503) } }),
		'/metrics': get('Prometheus metrics', { responses: { 200: plain('Metrics') } }),
	};
}

function queryParameters(): Json[] {
	const { properties } = z.toJSONSchema(listQuery, { io: 'input', unrepresentable: 'any' }) as {
		properties: Record<string, Json>;
	};
	return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }));
}
