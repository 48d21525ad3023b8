import fc from 'fast-check';
import type { Delivery } from '../../../../core/connectors/connector';
import { adfDocument } from '../../../../core/connectors/common/adf';
import { contentOf } from '../../../../core/connectors/common/atlassian';
import { textFound, textQuestion } from '../../../../core/connectors/common/issue-text';
import { keyOf } from '../../../../core/connectors/common/message';
import { wikiVerbatim } from '../../../../core/connectors/common/wiki';
import { hostileText } from '../../../helpers/arbitraries';
import { buildJiraMapping } from '../../../helpers/jira';
import { buildDelivery, buildResponse, buildTicket } from '../../../helpers/tickets';

const FOUND = { externalId: 'HELP-1', externalUrl: 'https://acme.atlassian.net/browse/HELP-1' };
const deliveryOf = (overrides: Partial<Delivery> = {}): Delivery =>
	buildDelivery({ ticketId: 'TKT-1', mapping: buildJiraMapping(), ...overrides });
const found = (description: unknown, delivery = deliveryOf(), more = {}) =>
	textFound(
		buildResponse({ body: JSON.stringify({ issues: [{ key: 'HELP-1', fields: { description } }], ...more }) }),
		delivery,
	);

const text = (value: string) => ({ type: 'text', text: value });
const paragraph = (...content: object[]) => ({ type: 'paragraph', content });
const doc = (...content: object[]) => ({ type: 'doc', version: 1, content });

/** A description as the system stores it, in wiki markup and as rich text. */
function forms(delivery: Delivery): unknown[] {
	const { text: said, facts } = contentOf(delivery);
	const lines = [said, '', '--', ...facts].join('\n');
	return [
		wikiVerbatim(lines),
		adfDocument(said, facts),
		doc({ type: 'codeBlock', content: [text(lines)] }),
		doc({ type: 'codeBlock', content: lines.split('\n').map((line) => text(`${line}\n`)) }),
		doc(paragraph(...lines.split('\n').flatMap((line) => [text(line || ' '), { type: 'hardBreak' }]))),
	];
}

test.each([
	['TKT-1', 1, 'text ~ "\\"TKT-1\\""'],
	['TKT-1', 2, 'text ~ "\\"TKT-1-2\\""'],
	['x" OR project = "HR', 1, 'text ~ "\\"x OR project HR\\""'],
	['x\\" OR text ~ \\"*\n', 1, 'text ~ "\\"x OR text\\""'],
])('of %j, delivery %i, the question is %j', (ticketId, number, jql) => {
	expect(JSON.parse(textQuestion(deliveryOf({ ticketId, number })).body)).toMatchObject({ jql });
});

test('each delivery is found by itself in what it sent, however that is stored, and by no other', () => {
	const ids = fc.constantFrom('TKT-1', 'TKT-12', 'TKT-1-2', 'XTKT-1');
	fc.assert(
		fc.property(hostileText, ids, fc.constantFrom(1, 2), (said, other, number) => {
			const ticket = buildTicket({ description: said, source: said });
			const delivery = deliveryOf({ ticket, number });
			const another = deliveryOf({ ticketId: other, number: 1 });
			for (const description of forms(delivery)) {
				expect(found(description, delivery)).toEqual(FOUND);
				expect(found(description, another)).toEqual(keyOf(another) === keyOf(delivery) ? FOUND : null);
			}
		}),
	);
});

test.each(['Ticket: TKT-1', '--\nTicket: TKT-1\nDepartment: IT', '{noformat}\nTicket: TKT-1'])(
	'a reporter who quotes another ticket (%j) is not taken for it',
	(description) => {
		const quoting = deliveryOf({ ticketId: 'TKT-2', ticket: buildTicket({ description }) });
		for (const form of forms(quoting)) {
			expect(found(form)).toBeNull();
			expect(found(form, quoting)).toEqual(FOUND);
		}
	},
);

test.each([
	['the number of a later delivery', 'Ticket: TKT-1-2'],
	['a longer id', 'Ticket: TKT-12'],
	['an id that ends so', 'Ticket: XTKT-1'],
	['a sentence', 'See Ticket: TKT-1'],
	['no text', null],
	['a number', 5],
	['rich text without content', { type: 'doc' }],
])('%s is not it', (_, description) => expect(found(description)).toBeNull());

test('rich text nested beyond reason is not read, and brings nothing down', () => {
	const nested = '{"content":['.repeat(5000) + '{"text":"Ticket: TKT-1"}' + ']}'.repeat(5000);
	const body = `{"issues":[{"key":"HELP-1","fields":{"description":${nested}}}]}`;
	expect(textFound(buildResponse({ body }), deliveryOf())).toBeNull();
});

test.each([
	['more pages', () => found('other', deliveryOf(), { nextPageToken: 'x' })],
	['not the last page', () => found('other', deliveryOf(), { isLast: false })],
	['no list', () => textFound(buildResponse({ body: '{"total":0}' }), deliveryOf())],
	[
		'no key',
		() => textFound(buildResponse({ body: '{"issues":[{"fields":{"description":"Ticket: TKT-1"}}]}' }), deliveryOf()),
	],
])('an answer that leaves it open is none: %s', (_, run) => expect(run).toThrow('Jira did not answer the search'));

test('what was found counts, whether there are more or not', () => {
	expect(found('Ticket: TKT-1', deliveryOf(), { nextPageToken: 'x' })).toEqual(FOUND);
});
