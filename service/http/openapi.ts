import { z } from 'zod';
import { erasureAnswer, erasureBody } from './erasing-schemas';
import { mappingBody, mappingTestAnswer, mappingTestBody } from './mapping-schemas';
import { withAccess } from './openapi-access';
import { openApiPaths } from './openapi-paths';
import { bulkRetryBody, correctionBody, retriesAnswer, retryBody } from './rework-schemas';
import * as schemas from './schemas';
import * as subscriptions from './subscription-schemas';

type Json = Record<string, unknown>;

const COMPONENTS = {
	NewTicket: schemas.ticketBody,
	NewTickets: schemas.ticketsBody,
	Ticket: schemas.ticketAnswer,
	TicketResults: schemas.ticketsAnswer,
	TicketPage: schemas.ticketPage,
	NewMapping: mappingBody,
	NewMappingTest: mappingTestBody,
	NewCorrection: correctionBody,
	NewRetry: retryBody,
	NewRetries: bulkRetryBody,
	RetriesResult: retriesAnswer,
	NewErasure: erasureBody,
	ErasureResult: erasureAnswer,
	Mapping: schemas.mappingAnswer,
	Mappings: schemas.mappingsAnswer,
	MappingTestResult: mappingTestAnswer,
	NewSubscription: subscriptions.subscriptionBody,
	Subscription: subscriptions.subscriptionAnswer,
	Subscriptions: subscriptions.subscriptionsAnswer,
	SubscriptionTestResult: subscriptions.subscriptionTestAnswer,
	Health: schemas.healthAnswer,
	Problem: schemas.problemAnswer,
};

const KEYS =
	'A key of TRIAGE_API_KEYS. Its scopes: `submit` (new tickets, and each by its id), `read` (everything), `admin` (all there is). ' +
	'New tickets may be signed by WEBHOOK_SECRET instead, as Standard Webhooks says';

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
		paths: withAccess(openApiPaths(), withKeys),
		components: {
			schemas: Object.fromEntries(Object.entries(COMPONENTS).flatMap(([name, schema]) => namedSchemas(name, schema))),
			securitySchemes: {
				bearer: { type: 'http', scheme: 'bearer', description: KEYS },
				apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: KEYS },
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
