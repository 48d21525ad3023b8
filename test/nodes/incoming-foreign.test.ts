import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { EMAIL } from '../../core/parse';
import { codePoints } from '../../core/text';
import { LIMITS, PRIORITIES } from '../../core/ticket';
import { readIncoming } from '../../nodes/shared/incoming';
import { htmlToText, isHtml } from '../../nodes/shared/incoming/html';
import { explanation } from '../../nodes/shared/service-request';
import { foreignBody, hostileValue, HUGE, mutated, runs } from '../helpers/foreign';
import { buildResponse } from '../helpers/tickets';

const FOLDER = join(__dirname, 'fixtures');
/** Items as n8n's own nodes hand them over. */
const ITEMS = readdirSync(FOLDER).flatMap((file) =>
	(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { item: unknown }[]).map(({ item }) => item),
);

function check(item: unknown): void {
	const { title, description, email, priority, source, ticketId, ...others } = readIncoming(item);
	expect(others).toEqual({});
	const texts = { title, description, source, ticketId };
	const limits = {
		title: LIMITS.title,
		description: LIMITS.description,
		source: LIMITS.source,
		ticketId: LIMITS.source,
	};
	for (const [name, text] of Object.entries(texts)) {
		if (text === undefined) continue;
		expect(codePoints(text)).toBeLessThanOrEqual(limits[name as keyof typeof limits]);
		expect(text).toBe(Buffer.from(text, 'utf8').toString('utf8'));
	}
	if (email !== undefined) expect(email).toMatch(EMAIL);
	if (priority !== undefined) expect(PRIORITIES).toContain(priority);
}

test('whatever an item of another node has become, what is read of it fits a ticket', () => {
	fc.assert(fc.property(fc.oneof(fc.constantFrom(...ITEMS).chain(mutated), hostileValue), check), runs(1500));
});

test.each(HUGE)('megabytes of %s in an item', (_, text) => {
	isHtml(text);
	expect(htmlToText(text).length).toBeLessThan(1_100_000);
	for (const name of ['subject', 'textHtml', 'html', 'text', 'description', 'email', 'from', 'priority', 'body']) {
		check({ [name]: text, submittedAt: text, formMode: text });
		check({ [name]: { value: text, type: 'doc', content: [{ type: 'text', text }] } });
	}
});

const PROBLEMS = [
	{
		title: 'Bad Request',
		status: 400,
		detail: 'The body is not valid',
		errors: [{ field: 'title', message: 'is missing' }],
	},
	{ detail: 'There is no ticket with this id' },
];

test('whatever the triage service is said to have answered, its explanation is one bounded line', () => {
	fc.assert(
		fc.property(foreignBody(PROBLEMS), (body) => {
			const said = explanation(buildResponse({ status: 400, body }));
			expect(said.length).toBeLessThanOrEqual(300);
			expect(said).toMatch(/^[^\p{Cc}\p{Surrogate}\u2028\u2029]*$/u);
		}),
		runs(1000),
	);
});

test('fields of a problem that are no text are left out', () => {
	const odd = JSON.parse('{"toString":1,"valueOf":1}') as unknown;
	const errors = [{ field: odd, message: 'is odd' }, { field: 'title', message: odd }, { field: 'email' }];
	const body = JSON.stringify({ detail: 'Not valid', errors });
	expect(explanation(buildResponse({ status: 400, body }))).toBe('Not valid; is odd; title; email');
});
