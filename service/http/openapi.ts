import { z } from 'zod';
import { listQuery } from './list-query';
import * as schemas from './schemas';

type Json = Record<string, unknown>;

const COMPONENTS = {
	NewTicket: schemas.ticketBody,
	NewTickets: schemas.ticketsBody,
	Ticket: schemas.ticketAnswer,
	TicketResults: schemas.ticketsAnswer,
	TicketPage: schemas.ticketPage,
	Mappings: schemas.mappingsAnswer,
	Health: schemas.healthAnswer,
	Problem: schemas.problemAnswer,
};

/** The API as OpenAPI 3.1, made of the schemas that validate. */
export function openApiDocument(version: string, withKeys: boolean): Json {
	return {
		openapi: '3.1.0',
		info: {
			title: 'Ticket Triage',
			version,
			description: 'Classifies internal tickets, says how sure it is, and routes them to the right team.',
			license: { name: 'MIT', identifier: 'MIT' },
		},
		...(withKeys && { security: [{ bearer: [] }, { apiKey: [] }] }),
		paths: { ...ticketPaths(), ...operationPaths() },
		components: {
			schemas: Object.fromEntries(Object.entries(COMPONENTS).flatMap(([name, schema]) => namedSchemas(name, schema))),
			securitySchemes: {
				bearer: { type: 'http', scheme: 'bearer' },
				apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
			},
		},
	};
}

/** A schema and the named ones within it, each under its own name. */
function namedSchemas(name: string, schema: z.ZodType): [string, Json][] {
	const io = name.startsWith('New') ? 'input' : 'output';
	const document = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' }) as Json;
	const { $schema: _schema, $defs, id: _id, ...own } = document;
	const inner = Object.entries(($defs ?? {}) as Record<string, Json>).map(
		([key, { id: _inner, ...rest }]): [string, Json] => [key, rest],
	);
	return [[name, own] as [string, Json], ...inner].map(([key, value]) => [key, rerooted(value)]);
}

function rerooted(value: Json): Json {
	return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}

const prefer = {
	name: 'Prefer',
	in: 'header',
	schema: { type: 'string' },
	description: '`respond-async`: answer 202 at once',
};

function ticketPaths(): Json {
	return {
		'/webhook/ticket': {
			post: {
				summary: 'Submit a ticket and wait for it to be settled',
				parameters: [prefer],
				requestBody: body('NewTicket'),
				responses: {
					200: json('Ticket', 'Settled'),
					202: located('Accepted, not settled yet'),
					...problems(400, 401, 413, 415, 422, 503),
				},
			},
		},
		'/webhook/tickets': {
			post: {
				summary: `Submit up to ${schemas.MOST_TICKETS} tickets: one ticket or problem for each, in order`,
				parameters: [prefer],
				requestBody: body('NewTickets'),
				responses: {
					200: json('TicketResults', 'All settled or refused'),
					202: json('TicketResults', 'Some not settled yet'),
					...problems(400, 401, 413, 415, 422),
				},
			},
		},
		'/webhook/ticket/{id}': get('A ticket in its present state', {
			parameters: [
				{ name: 'id', in: 'path', required: true, schema: { type: 'string' } },
				{ name: 'expand', in: 'query', schema: { type: 'string', enum: ['history'] } },
			],
			responses: { 200: json('Ticket', 'The ticket'), ...problems(401, 404) },
		}),
		'/tickets': get('Tickets, newest first', {
			parameters: queryParameters(),
			responses: { 200: json('TicketPage', 'A page'), ...problems(401, 422) },
		}),
	};
}

function operationPaths(): Json {
	return {
		'/mappings': get('Which system takes which department’s tickets', {
			responses: { 200: json('Mappings', 'All mappings'), ...problems(401) },
		}),
		'/health': get('How the service and what it depends on are', {
			security: [],
			responses: { 200: json('Health', 'Healthy or degraded'), 503: json('Health', 'Unhealthy') },
		}),
		'/livez': get('Whether the process runs', { security: [], responses: { 200: plain('It does') } }),
		'/readyz': get('Whether traffic may come', { security: [], responses: { 200: plain('It may'), ...problems(503) } }),
		'/metrics': get('Prometheus metrics', { responses: { 200: plain('Metrics'), ...problems(401) } }),
	};
}

function get(summary: string, operation: Json): Json {
	return { get: { summary, ...operation } };
}

function queryParameters(): Json[] {
	const { properties } = z.toJSONSchema(listQuery, { io: 'input', unrepresentable: 'any' }) as {
		properties: Record<string, Json>;
	};
	return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }));
}

function body(name: string): Json {
	return { required: true, content: { 'application/json': { schema: reference(name) } } };
}

function json(name: string, description: string): Json {
	return { description, content: { 'application/json': { schema: reference(name) } } };
}

function located(description: string): Json {
	return {
		...json('Ticket', description),
		headers: { Location: { schema: { type: 'string' }, description: 'Where the ticket can be read' } },
	};
}

function plain(description: string): Json {
	return { description, content: { 'text/plain': { schema: { type: 'string' } } } };
}

const PROBLEMS: Record<number, string> = {
	400: 'The body or address cannot be read',
	401: 'A key is needed, or this one is not known',
	404: 'No such ticket',
	413: 'The body is too large',
	415: 'The body is not JSON in UTF-8',
	422: 'Fields are missing or wrong: every one is named',
	503: 'Not now: try again later',
};

function problems(...statuses: number[]): Json {
	const entries = statuses.map((status) => [
		status,
		{ description: PROBLEMS[status], content: { 'application/problem+json': { schema: reference('Problem') } } },
	]);
	return Object.fromEntries(entries) as Json;
}

function reference(name: string): Json {
	return { $ref: `#/components/schemas/${name}` };
}
