import fc from 'fast-check';
import { teams } from '../../core/connectors/teams';
import { TEAMS_WORKFLOW, createTeams } from '../../fake-targets/teams';
import { ticket as anyTicket } from '../helpers/arbitraries';
import { buildDelivery, buildMapping } from '../helpers/tickets';
import { ask, bodyOf, delivered, withBody, withHeaders } from './ask';

const HOST = 'http://localhost:9105';
const mapping = buildMapping({ system: 'teams', endpoint: `${HOST}${TEAMS_WORKFLOW}`, settings: { any_host: true } });
const delivery = buildDelivery({ mapping });
const valid = teams.request(delivery)!;
const message = bodyOf(valid) as { type: string; attachments: { content: object }[] };
const [attachment] = message.attachments;
const withCard = (change: object) => ({
	...message,
	attachments: [{ ...attachment, content: { ...attachment.content, ...change } }],
});
const withElement = (element: unknown) => withCard({ body: [element] });

describe('a delivery', () => {
	it('is accepted without a word', () => {
		const channel = createTeams();
		const response = ask(channel, valid);
		expect(response).toMatchObject({ status: 202, body: '' });
		expect(teams.receipt(response, delivery)).toEqual({ externalId: null, externalUrl: null });
		const id = response.headers['x-ms-workflow-run-id'];
		expect(channel.tickets).toEqual([{ id, ticketId: delivery.ticketId, body: message, comments: [] }]);
	});

	it('is accepted whatever a ticket says, and however much', () => {
		const channel = createTeams();
		fc.assert(
			fc.property(anyTicket, fc.integer({ min: 1, max: 5000 }), (some, times) => {
				const ticket = { ...some, description: some.description.repeat(times) };
				delivered(channel, teams, { ...delivery, ticket, number: 2 });
				expect(channel.tickets.at(-1)?.ticketId).toBe(`${delivery.ticketId}-2`);
			}),
		);
	});
});

it.each([
	['another workflow', { url: `${HOST}/workflows/1/triggers/manual/paths/invoke?sig=fake` }, 404, 'WorkflowNotFound'],
	['no signature', { url: valid.url.replace('&sig=fake', '') }, 401, 'DirectApiAuthorizationRequired'],
	['another signature', { url: valid.url.replace('sig=fake', 'sig=other') }, 401, 'AuthorizationFailed'],
	['another method', { method: 'PUT' }, 405, 'MethodNotAllowed'],
	['no JSON', { body: '{"type"' }, 400, 'InvalidRequestContent'],
	['a list', { body: '[]' }, 400, 'InvalidRequestContent'],
] as const)('refuses %s', (_, change, status, code) => {
	const channel = createTeams();
	const response = ask(channel, { ...valid, ...change });
	expect(response.status).toBe(status);
	expect(bodyOf(response)).toMatchObject({ error: { code } });
	expect(teams.explanation(response)).toMatch(new RegExp(`^${code}: .{10}`, 'u'));
	expect(channel.tickets).toEqual([]);
});

it('refuses what is not said to be JSON', () => {
	expect(ask(createTeams(), withHeaders(valid, { 'content-type': 'text/plain' })).status).toBe(400);
});

it.each([
	[28_000, 202],
	[28_001, 413],
])('answers %d bytes with %d', (length, status) => {
	const body = JSON.stringify(withElement({ type: 'TextBlock', text: 'é' }));
	const filled = body.replace('é', `é${'x'.repeat(length - Buffer.byteLength(body))}`);
	expect(ask(createTeams(), withBody(valid, filled)).status).toBe(status);
});

const MISMATCH = 'TriggerInputSchemaMismatch';
const CARD = 'InvalidBotAdaptiveCard';
const REFUSED: [string, unknown, string, string][] = [
	['a text alone', { text: 'Hello' }, MISMATCH, "'type'"],
	['a card for a message', attachment.content, MISMATCH, "'type'"],
	['the retired kind of card', { '@type': 'MessageCard', text: 'x' }, MISMATCH, "'type'"],
	['no attachments', { type: 'message' }, MISMATCH, "'attachments'"],
	['an empty list of them', { type: 'message', attachments: [] }, MISMATCH, "'attachments'"],
	['one that is text', { type: 'message', attachments: ['x'] }, MISMATCH, "'contentType'"],
	[
		'one of another kind',
		{ ...message, attachments: [attachment, { ...attachment, contentType: 'application/json' }] },
		MISMATCH,
		"'contentType'",
	],
	['no card', { ...message, attachments: [{ ...attachment, content: null }] }, CARD, "'type'"],
	['a card of another type', withCard({ type: 'MessageCard' }), CARD, "'type'"],
	['a card of version 2', withCard({ version: '2.0' }), CARD, "'version'"],
	['a card without a body', withCard({ body: undefined }), CARD, "'body'"],
	['an empty card', withCard({ body: [] }), CARD, "'body'"],
	['an element that is text', withElement('x'), CARD, 'type of an element'],
	['an element of no kind', withElement({ type: 'toString' }), CARD, 'type of an element'],
	['a text that is a number', withElement({ type: 'TextBlock', text: 5 }), CARD, "'text'"],
	['facts in a text', withElement({ type: 'FactSet', facts: 'x' }), CARD, "'facts'"],
	['a fact without value', withElement({ type: 'FactSet', facts: [{ title: 'x' }] }), CARD, "'facts'"],
	['a fact that is a number', withElement({ type: 'FactSet', facts: [{ title: 'x', value: 5 }] }), CARD, "'facts'"],
	['an empty container', withElement({ type: 'Container', items: [] }), CARD, "'items'"],
	['an image without address', withElement({ type: 'Image' }), CARD, "'url'"],
	['columns that are none', withElement({ type: 'ColumnSet' }), CARD, "'columns'"],
	['actions that are none', withElement({ type: 'ActionSet' }), CARD, "'actions'"],
	['rich text of nothing', withElement({ type: 'RichTextBlock' }), CARD, "'inlines'"],
];

it.each(REFUSED)('refuses %s', (_, body, code, words) => {
	const channel = createTeams();
	const response = ask(channel, withBody(valid, body));
	expect(response.status).toBe(400);
	expect(bodyOf(response)).toMatchObject({ error: { code, message: expect.stringContaining(words) } });
	expect(teams.explanation(response)).toContain(code);
	expect(channel.tickets).toEqual([]);
});

it('takes elements within others', () => {
	const channel = createTeams();
	const container = { type: 'Container', items: [{ type: 'TextBlock', text: 'x' }] };
	expect(ask(channel, withBody(valid, withElement(container))).status).toBe(202);
	expect(channel.tickets[0].ticketId).toBe('');
});
