import { isRecord, readJson, type JsonRecord } from '../core/json';
import { cardProblem, factLines } from './adaptive-card';
import { saysJson } from './authorization';
import type { FakeTarget, HeldTicket, TargetAnswer, TargetRequest } from './target';
import { ticketIdIn } from './ticket-id';

/** Path and query of the workflow; the signature in it is what lets in. */
export const TEAMS_WORKFLOW =
	'/workflows/00000000000000000000000000000000/triggers/manual/paths/invoke' +
	'?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=fake';

export interface TeamsOptions {
	/** TEAMS_WORKFLOW by default. */
	workflow?: string;
}

/**
 * A workflow of Microsoft Teams that posts cards. The real one takes any JSON with a 202 and fails on it later, where only
 * its owner looks; here such a message is refused at once, with the words of that failure.
 */
export function createTeams({ workflow = TEAMS_WORKFLOW }: TeamsOptions = {}): FakeTarget {
	const own = new URL(workflow, 'https://fake.westus.logic.azure.com');
	const tickets: HeldTicket[] = [];
	return {
		system: 'teams',
		tickets,
		answer(request) {
			const refusal = wrongAddress(request, own) ?? wrongMessage(request);
			if (refusal) return refusal;
			const body = readJson(request.body);
			const id = String(tickets.length + 1).padStart(25, '0');
			tickets.push({ id, ticketId: ticketIdIn(cardsOf(body).map(factLines).join('\n')), body, comments: [] });
			return { status: 202, headers: { 'x-ms-workflow-run-id': id }, body: '' };
		},
	};
}

function error(status: number, code: string, message: string): TargetAnswer {
	return { status, body: { error: { code, message } } };
}

function wrongAddress({ method, path, query }: TargetRequest, own: URL): TargetAnswer | null {
	if (path !== own.pathname) return error(404, 'WorkflowNotFound', 'The workflow could not be found.');
	if (method !== 'POST') return error(405, 'MethodNotAllowed', 'The HTTP method is not allowed for this trigger.');
	if (query.get('sig') === null) {
		const message = 'The request must be authenticated only by Shared Access scheme.';
		return error(401, 'DirectApiAuthorizationRequired', message);
	}
	if (query.get('sig') === own.searchParams.get('sig')) return null;
	return error(401, 'AuthorizationFailed', 'The authentication credentials are not valid.');
}

/** Teams says 28 KB and not whether of 1000 or of 1024 bytes. */
const MOST_BYTES = 28_000;

function wrongMessage(request: TargetRequest): TargetAnswer | null {
	if (Buffer.byteLength(request.body) > MOST_BYTES) {
		return error(413, 'RequestEntityTooLarge', 'Request Entity too large');
	}
	const body = saysJson(request) ? readJson(request.body) : undefined;
	if (!isRecord(body)) return error(400, 'InvalidRequestContent', 'The request content is not valid JSON.');
	const mismatch = shapeProblem(body);
	if (mismatch !== null) return error(400, 'TriggerInputSchemaMismatch', mismatch);
	const problem = cardsOf(body)
		.map(cardProblem)
		.find((one) => one !== null);
	if (!problem) return null;
	const message = 'The specified Teams flowbot adaptive card request is missing or invalid.';
	return error(400, 'InvalidBotAdaptiveCard', `${message} ${problem}`);
}

const CARD = 'application/vnd.microsoft.card.adaptive';

function shapeProblem({ type, attachments }: JsonRecord): string | null {
	if (type !== 'message') return "The property 'type' must be 'message'.";
	if (!Array.isArray(attachments) || attachments.length === 0) return "The property 'attachments' must be an array.";
	const areCards = attachments.every((one) => isRecord(one) && one.contentType === CARD);
	return areCards ? null : `The property 'contentType' of every attachment must be '${CARD}'.`;
}

function cardsOf(body: unknown): JsonRecord[] {
	const attachments = isRecord(body) && Array.isArray(body.attachments) ? body.attachments.filter(isRecord) : [];
	return attachments.map(({ content }) => (isRecord(content) ? content : {}));
}
