import type { Classification } from '../../core/classification';
import type { Delivery } from '../../core/connectors/connector';
import type { Decision } from '../../core/decide';
import { TriageError } from '../../core/errors';
import type { HttpResponse } from '../../core/http';
import type { Mapping } from '../../core/mapping';
import type { Ticket } from '../../core/ticket';

/** Names that trip up objects used as maps. */
export const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

/** Each of these is valid as it comes; a test breaks one thing. */
export function buildTicket(overrides: Partial<Ticket> = {}): Ticket {
	return {
		title: 'Printer on floor 3 is jammed',
		description: 'It pulls two sheets at once and then stops.',
		email: 'ana@example.com',
		priority: 'medium',
		source: null,
		metadata: {},
		...overrides,
	};
}

export function buildClassification(overrides: Partial<Classification> = {}): Classification {
	return {
		department: 'IT',
		confidence: 0.9,
		reasoning: 'A printer is a device.',
		classifier: 'local',
		model: 'local-test',
		alternatives: [],
		...overrides,
	};
}

export function buildDecision(overrides: Partial<Decision> = {}): Decision {
	return { department: 'IT', needsReview: false, effectivePriority: 'medium', reasons: [], ...overrides };
}

export function buildMapping(overrides: Partial<Mapping> = {}): Mapping {
	return {
		department: 'IT',
		teamName: 'IT Support',
		system: 'http',
		endpoint: 'https://desk.example.com/tickets',
		method: 'POST',
		headers: {},
		settings: {},
		priorityThreshold: 'low',
		...overrides,
	};
}

export function buildDelivery(overrides: Partial<Delivery> = {}): Delivery {
	return {
		ticketId: 'TKT-0123456789ABCDEF0123',
		ticket: buildTicket(),
		classification: buildClassification(),
		decision: buildDecision(),
		mapping: buildMapping(),
		number: 1,
		...overrides,
	};
}

export function buildResponse(overrides: Partial<HttpResponse> = {}): HttpResponse {
	return { status: 200, headers: {}, body: '', ...overrides };
}

/** The TriageError that `run` throws; anything else, and no error at all, fails the test. */
export function thrownBy(run: () => unknown): TriageError {
	let result: unknown;
	try {
		result = run();
	} catch (error) {
		if (error instanceof TriageError) return error;
		throw error;
	}
	throw new Error(`expected a TriageError, got ${JSON.stringify(result)}`);
}

/** As thrownBy, for promises. */
export async function rejectionOf(promise: Promise<unknown>): Promise<TriageError> {
	const outcome = await promise.then(
		(value) => () => value,
		(error: unknown) => () => {
			throw error;
		},
	);
	return thrownBy(outcome);
}
