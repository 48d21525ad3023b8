import { randomBytes } from 'node:crypto';
import { findConnector } from '../../core/connectors';
import type { Delivery, Receipt } from '../../core/connectors/connector';
import type { Department } from '../../core/departments';
import { TriageError } from '../../core/errors';
import type { Send } from '../../core/http';
import type { Mapping } from '../../core/mapping';
import { mappingProblems } from '../../core/mapping-problems';
import { route } from '../../core/route';
import type { Ticket } from '../../core/ticket';
import { OWN_VARIABLES } from '../config';
import { asSent, redact } from '../pipeline/redact';
import { resolveMapping } from '../pipeline/references';
import type { MappingTestBody } from './mapping-schemas';
import { maskReceipt, maskRequest, secretsIn } from './masked-request';
import { HttpProblem } from './problems';
import { toTicket } from './schemas';

export interface MappingTestDeps {
	departments: readonly Department[];
	send: Send;
	/** Values of `${NAME}` in mappings. */
	lookup: (name: string) => string | undefined;
}

/**
 * What a ticket through this mapping would send, or did send. Nothing is stored.
 * @throws HttpProblem 422 where the mapping cannot be used, 502 where the other side did not take the ticket
 */
export async function testMapping(mapping: Mapping, asked: MappingTestBody, deps: MappingTestDeps) {
	const errors = mappingProblems(mapping, deps.departments, OWN_VARIABLES);
	if (errors.length > 0) throw new HttpProblem(422, 'The mapping cannot be used as it is', { errors });
	const { resolved, secrets: references } = resolve(mapping, deps.lookup);
	const delivery = deliveryOf(resolved, asked.ticket ? toTicket(asked.ticket) : sampleTicket(mapping));
	const secrets = secretsIn(resolved, references);
	let sent = resolved;
	const send: Send = (request) => {
		sent = asSent(resolved, request);
		return deps.send(request);
	};
	try {
		const request = maskRequest(findConnector(resolved.system).request(delivery), delivery, secrets);
		if (asked.dry_run ?? true) return { request };
		return { request, receipt: presentReceipt(maskReceipt(await route(delivery, send, Date.now), secrets)) };
	} catch (error) {
		throw problemOf(error, { ...delivery, mapping: sent }, references);
	}
}

function resolve(mapping: Mapping, lookup: MappingTestDeps['lookup']) {
	try {
		return resolveMapping(mapping, lookup);
	} catch (error) {
		throw error instanceof TriageError ? new HttpProblem(422, error.message) : error;
	}
}

/** What is wrong on this side was never sent; anything else is what the system said, without what it was sent. */
function problemOf(error: unknown, { mapping, ticket }: Delivery, secrets: Iterable<string>): unknown {
	if (!(error instanceof TriageError)) return error;
	return new HttpProblem(
		error.code === 'misconfigured' ? 422 : 502,
		redact(error.message, { mapping, secrets, ticket }),
	);
}

function sampleTicket({ department, system, priorityThreshold }: Mapping): Ticket {
	return {
		title: `TEST, please ignore: mapping of ${department} to ${system}`,
		description:
			'This ticket was made to test a mapping of the ticket triage. Nobody asked for anything: it can be deleted.',
		email: 'ticket-triage-test@example.com',
		priority: priorityThreshold,
		source: 'mapping-test',
		metadata: { test: true },
	};
}

function deliveryOf(mapping: Mapping, ticket: Ticket): Delivery {
	return {
		// Never one of a real ticket: a system that is asked for it must not find any.
		ticketId: `TKT-TEST${randomBytes(10).toString('hex').toUpperCase()}`,
		ticket,
		classification: null,
		decision: {
			department: mapping.department,
			needsReview: false,
			effectivePriority: ticket.priority,
			reasons: ['a test of the mapping'],
		},
		mapping,
		number: 1,
	};
}

function presentReceipt({ externalId, externalUrl }: Receipt) {
	return { external_ticket_id: externalId, external_url: externalUrl };
}
