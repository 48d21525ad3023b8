import fc from 'fast-check';
import { EMAIL } from '../../core/parse';
import { codePoints } from '../../core/text';
import { LIMITS, PRIORITIES } from '../../core/ticket';
import { readIncoming } from '../../nodes/shared/incoming';
import { priorityNamed } from '../../nodes/shared/incoming/priority';
import { readTicket } from '../../nodes/shared/ticket-fields';
import { hostileText } from '../helpers/arbitraries';
import { PROTOTYPE_NAMES } from '../helpers/tickets';

test.each([undefined, null, 0, '', 'text', [], [{ title: 'T' }], {}, { unrelated: true }, { id: 7, status: 'open' }])(
	'nothing is recognised in %j',
	(json) => {
		expect(readIncoming(json)).toEqual({});
	},
);

test.each([
	['no body', { subject: 'S', textPlain: null, textHtml: null, from: null }, { title: 'S', source: 'mail' }],
	['bodies that are no text', { subject: ['S', 'T'], textPlain: {}, textHtml: [1] }, { title: 'S, T', source: 'mail' }],
	['no subject', { textPlain: 'B', metadata: null }, { description: 'B', source: 'mail' }],
	[
		'a list of no sender',
		{ subject: 'S', html: '<p>B</p>', from: { value: [] } },
		{ title: 'S', description: 'B', source: 'mail' },
	],
	['a sender that is null', { subject: 'S', html: '<p>B</p>', from: null }, { title: 'S', description: 'B' }],
	[
		'a group of senders',
		{ text: 'B', from: { value: [{ name: 'G', group: [] }, { address: 'b@example.com' }] } },
		{ description: 'B', email: 'b@example.com', source: 'mail' },
	],
	[
		'a name that looks like an address',
		{ textPlain: 'B', from: '"boss@example.com" <ana@example.org>' },
		{ description: 'B', email: 'ana@example.org', source: 'mail' },
	],
	[
		'an address that is none',
		{ textPlain: 'B', from: 'undisclosed recipients:;' },
		{ description: 'B', source: 'mail' },
	],
	[
		'headers in upper case',
		{ threadId: 't', snippet: 'a &#39;b&#39;', SUBJECT: 'S', FROM: 'a@example.com' },
		{ title: 'S', description: "a 'b'", email: 'a@example.com', source: 'gmail' },
	],
	[
		'Outlook without a sender',
		{ bodyPreview: 'B', subject: null, from: {}, body: null },
		{ description: 'B', source: 'outlook' },
	],
	[
		'Outlook in plain text',
		{ body: { contentType: 'Text', content: 'a <p> b' } },
		{ description: 'a <p> b', source: 'outlook' },
	],
	[
		'an issue of nothing',
		{ issue: { key: 'A-1', fields: { summary: null, description: { type: 'doc' }, priority: null, reporter: null } } },
		{ source: 'jira', ticketId: 'jira-A-1' },
	],
	[
		'a comment on an issue',
		{ webhookEvent: 'comment_created', issue: { key: 'A-1', fields: { summary: 'S' } }, comment: { body: 'C' } },
		{ title: 'S', source: 'jira', ticketId: 'jira-A-1' },
	],
	[
		'a ticket of Freshservice with null',
		{ description_text: null, subject: null, priority: null, requester: null, id: null },
		{ source: 'freshservice' },
	],
	[
		'a priority that Freshservice does not have',
		{ description_text: 'D', subject: 'S', priority: 9 },
		{ title: 'S', description: 'D', source: 'freshservice' },
	],
	[
		'a ticket of Zendesk with null',
		{ requester_id: 1, via: { channel: 'web' }, subject: null, description: null, priority: null },
		{ source: 'zendesk' },
	],
	[
		'a message of Slack with links alone',
		{ type: 'message', channel: 'C1', ts: '1.2', text: '<!here> <https://a.example|> <#C2>' },
		{ description: 'https://a.example', source: 'slack', ticketId: 'slack-C1-1.2' },
	],
	['JSON that only looks like Slack', { type: 'message', subject: 'S', text: 'T' }, { title: 'S', description: 'T' }],
	[
		'a form of nothing',
		{ submittedAt: '2026-11-02T07:14:00.000Z', formMode: 'test', A: null, B: [], C: {} },
		{ source: 'form' },
	],
	['a webhook without a body', { headers: {}, params: {}, query: {}, body: null }, { source: 'webhook' }],
	[
		'mail within a webhook',
		{ headers: {}, params: {}, query: {}, body: { subject: 'S', textPlain: 'B' } },
		{ title: 'S', description: 'B', source: 'mail' },
	],
	[
		'a webhook of Freshdesk',
		{
			headers: {},
			params: {},
			query: {},
			body: {
				freshdesk_webhook: {
					ticket_id: 42,
					ticket_subject: 'S',
					ticket_description: '<p>D</p>',
					ticket_priority: 'Urgent',
					ticket_contact_email: 'a@example.com',
				},
			},
		},
		{ title: 'S', description: 'D', email: 'a@example.com', priority: 'critical', source: 'webhook', ticketId: '42' },
	],
	[
		'identifiers beside the texts',
		{
			message_id: 'm-1',
			'Issue Type': 'Bug',
			description_url: 'https://a.example',
			emailVerified: 'yes',
			summary: 'S',
		},
		{ title: 'S' },
	],
	[
		'an address in a subject about mail',
		{ 'E-mail subject': 'Write to b@example.com', 'E-mail': 'a@example.com', camelCaseMessage: 'M' },
		{ title: 'Write to b@example.com', description: 'M', email: 'a@example.com' },
	],
	['a row of blanks', { row_number: 3, Title: ' ', Description: '\u200b', Priority: '' }, { source: 'spreadsheet' }],
	[
		'a row with a number for a title',
		{ row_number: 3, Title: 4711, Description: true },
		{ title: '4711', description: 'true', source: 'spreadsheet' },
	],
])('%s', (_, json, expected) => {
	expect(readIncoming(json)).toEqual(expected);
});

test.each([
	['Highest', 'critical'],
	['Blocker', 'critical'],
	['urgent', 'critical'],
	['P1 - Critical', 'critical'],
	['sehr hoch', 'critical'],
	['🔴 HIGH', 'high'],
	['Prioridad alta', 'high'],
	['Normal', 'medium'],
	['mittel', 'medium'],
	['Lowest', 'low'],
	['niedrig', 'low'],
	['not urgent', undefined],
	['nicht dringend', undefined],
	['low to high', undefined],
	['3', undefined],
	['constructor', undefined],
	['', undefined],
])('the priority %j is %s', (words, priority) => {
	expect(priorityNamed(words)).toBe(priority);
});

test('texts that are too long are cut between characters, not refused', () => {
	const incoming = readIncoming({ title: `a${'😀'.repeat(300)}`, description: `${' '.repeat(9)}${'😀'.repeat(9000)}` });
	expect(incoming.title).toBe(`a${'😀'.repeat(199)}`);
	expect(incoming.description).toBe('😀'.repeat(5000));
});

test('keys with the names of the prototype are keys like others', () => {
	for (const name of PROTOTYPE_NAMES) {
		const item = JSON.parse(`{"${name}": {"title": "No", "textPlain": "No"}, "subject": "S"}`) as unknown;
		expect(readIncoming(item)).toEqual({ title: 'S' });
	}
	const noText = { toString: 'a', valueOf: 'b' };
	const ticket = { subject: 'S', description_text: 'D', priority: noText };
	expect(readIncoming(ticket)).toEqual({ title: 'S', description: 'D', source: 'freshservice' });
	expect(readIncoming({ title: 'S', description: { type: 'doc', content: [{ type: noText }] } })).toEqual({
		title: 'S',
	});
	expect(({} as { title?: string }).title).toBeUndefined();
});

test('documents, lists and records as deep or as wide as they get do not run away', () => {
	const deep = (wrap: (inner: unknown) => unknown): unknown => Array.from({ length: 20_000 }).reduce(wrap, 'end');
	const document = deep((inner) => ({ type: 'doc', content: [inner] }));
	const wide = { type: 'doc', content: Array(200_000).fill({ type: 'text', text: 'a' }) };
	expect(readIncoming({ key: 'A-1', fields: { summary: 'S', description: document } })).toMatchObject({ title: 'S' });
	expect(readIncoming({ key: 'A-1', fields: { description: wide } }).description).toMatch(/^a{4000,5000}$/u);
	expect(readIncoming({ textPlain: 'B', from: deep((inner) => [inner]) })).toMatchObject({ description: 'B' });
	expect(readIncoming({ textPlain: 'B', from: deep((value) => ({ value })) })).toMatchObject({ description: 'B' });
	const columns = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`column ${n}`, 'x']));
	expect(readIncoming({ title: 'S', ...columns })).toEqual({ title: 'S' });
});

test('10 MB of mail become a ticket', () => {
	const page = `<p>The lift stands still.</p>${'<div>and so on</div>'.repeat(500_000)}`;
	const { description } = readIncoming({ subject: 'Lift', textPlain: '', textHtml: page });
	expect(description).toMatch(/^The lift stands still\.\n/u);
	expect(codePoints(description ?? '')).toBeLessThanOrEqual(LIMITS.description);
	const { description: plain } = readIncoming({ textPlain: 'x '.repeat(5_000_000) });
	expect(codePoints(plain ?? '')).toBeLessThanOrEqual(LIMITS.description);
});

const KEYS = [
	...['subject', 'textPlain', 'textHtml', 'from', 'value', 'address', 'emailAddress', 'headers', 'params', 'query'],
	...['body', 'content', 'contentType', 'bodyPreview', 'threadId', 'snippet', 'issue', 'fields', 'key', 'self', 'type'],
	...['description', 'description_text', 'via', 'requester_id', 'ticket.id', 'text', 'channel', 'ts', 'submittedAt'],
	...['formMode', 'row_number', 'priority', 'Your email', 'ticket', 'metadata', 'attrs', 'html', ...PROTOTYPE_NAMES],
];
const scalar = fc.oneof(hostileText, fc.constantFrom('doc', 'message', '<p>a</p>', 'a@example.com', null, 1, true));
const json = fc.letrec((tie) => ({
	any: fc.oneof({ maxDepth: 5, withCrossShrink: true }, scalar, tie('list'), tie('record')),
	list: fc.array(tie('any'), { maxLength: 4 }),
	record: fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), hostileText), tie('any'), { maxKeys: 8 }),
}));

test('of any JSON comes nothing or what a ticket takes', () => {
	fc.assert(
		fc.property(json.record, (item) => {
			const incoming = readIncoming(item);
			const { title = '', description = '', email, priority, source = '', ticketId = '' } = incoming;
			expect(Object.values(incoming)).not.toContain(undefined);
			expect(codePoints(title)).toBeLessThanOrEqual(LIMITS.title);
			expect(codePoints(description)).toBeLessThanOrEqual(LIMITS.description);
			expect(codePoints(source)).toBeLessThanOrEqual(LIMITS.source);
			expect(codePoints(ticketId)).toBeLessThanOrEqual(LIMITS.source);
			if (email !== undefined) expect(email).toMatch(EMAIL);
			if (priority !== undefined) expect(PRIORITIES).toContain(priority);
			if (title + description === '') return;
			expect(readTicket({ title, description, priority, email, source })).toMatchObject({ email: email ?? '' });
		}),
		{ numRuns: 2000 },
	);
});
