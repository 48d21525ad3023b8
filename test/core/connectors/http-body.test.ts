import fc from 'fast-check';
import { http } from '../../../core/connectors/http';
import { resolveReferences } from '../../../core/references';
import { hostileText, ticket as anyTicket } from '../../helpers/arbitraries';
import {
	buildDecision,
	buildDelivery,
	buildMapping,
	buildTicket,
	PROTOTYPE_NAMES,
	thrownBy,
} from '../../helpers/tickets';
import { describeConnector } from './conformance';

const mappingWith = (body: unknown) => buildMapping({ settings: { body } });
const metadata = {
	employee: 'E-7',
	seats: 4,
	vip: true,
	tags: ['a', 'b'],
	site: { floor: 3, room: null },
	unset: undefined,
};
const ticket = buildTicket({ title: 'Say "hi"', metadata });
const decision = buildDecision({ needsReview: true });

function sentFor(body: unknown, overrides: Parameters<typeof buildDelivery>[0] = {}): unknown {
	const request = http.request(buildDelivery({ mapping: mappingWith(body), ticket, decision, ...overrides }));
	return JSON.parse(request?.body ?? '') as unknown;
}

const nested = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

describeConnector(http, {
	mapping: mappingWith({
		issue: {
			subject: '[{{department}}] {{title}}',
			sure: '{{confidence_score}}',
			custom: [{ id: 7, value: '{{source}}' }],
		},
		'{{title}}': 'a key is no text',
		urgent: false,
	}),
	request: {
		method: 'POST',
		url: 'https://desk.example.com/tickets',
		headers: { 'content-type': 'application/json', 'webhook-id': 'triage-TKT-0123456789ABCDEF0123' },
		body: {
			issue: { subject: '[IT] Printer on floor 3 is jammed', sure: 0.9, custom: [{ id: 7, value: null }] },
			'{{title}}': 'a key is no text',
			urgent: false,
		},
	},
	refusedMappings: {
		'a body that is not JSON': { settings: { body: '{"a": s3cret' } },
		'a body that is a placeholder alone': { settings: { body: '{{title}}' } },
		'an unknown field': { settings: { body: { a: '{{colour}}' } } },
		'an unknown field below a list': { settings: { body: [[{ a: 'b {{ colour }}' }]] } },
		'an unknown field in a text that is JSON': { settings: { body: '{"a":"{{colour}}"}' } },
		'a field in other letters': { settings: { body: '"{{Title}}"' } },
		'no field': { settings: { body: { a: '{{}}' } } },
		'an expression': { settings: { body: { a: '{{= "s3cret\r\n" }}' } } },
		'a field below a text': { settings: { body: { a: '{{title.length}}' } } },
		'metadata without a name': { settings: { body: { a: '{{metadata.}}' } } },
		'metadata with an empty name': { settings: { body: { a: '{{metadata..a}}' } } },
		'a placeholder that stays open': { settings: { body: { a: 's3cret {{title}' } } },
		'placeholders in one another': { settings: { body: { a: '{{ {{title}} }}' } } },
		'a body nested too deeply': { settings: { body: nested(51) } },
		'a body nested far too deeply': { settings: { body: nested(5000) } },
	},
	receipts: {},
	refusals: {},
	explanations: {},
});

test.each([
	['{{title}}', 'Say "hi"'],
	['{{ title }}', 'Say "hi"'],
	['{{needs_review}}', true],
	['{{confidence_score}}', 0.9],
	['{{source}}', null],
	['{{metadata}}', metadata],
	['{{metadata.employee}}', 'E-7'],
	['{{metadata.seats}}', 4],
	['{{metadata.site}}', { floor: 3, room: null }],
	['{{metadata.site.floor}}', 3],
	['{{metadata.tags.1}}', 'b'],
	['{{metadata.tags.length}}', null],
	['{{metadata.employee.length}}', null],
	['{{metadata.site.room.number}}', null],
	['{{metadata.nobody}}', null],
	['{{moved_from}}', null],
	['<{{moved_from}}>', '<>'],
	['<{{title}}>', '<Say "hi">'],
	[' {{metadata.seats}}', ' 4'],
	['{{ticket_id}}: {{needs_review}}, {{confidence_score}}', 'TKT-0123456789ABCDEF0123: true, 0.9'],
	['{{source}}{{metadata.nobody}}', ''],
	['{{metadata.tags}} of {{metadata.site}}', '["a","b"] of {"floor":3,"room":null}'],
	['{{{priority}}}', '{medium}'],
	['{{{priority}}{', '{medium{'],
	['<{{metadata.unset}}>', '<>'],
	['{"a":{"b":1}}', '{"a":{"b":1}}'],
	['no field }} here', 'no field }} here'],
	['$& $1 $$', '$& $1 $$'],
])('the text %j becomes %j', (text, value) => {
	expect(sentFor([text])).toEqual([value]);
});

test('what the person said who moved it is sent along, also in a form', () => {
	expect(sentFor({ said: '{{note}}' }, { note: 'Theirs since May' })).toEqual({ said: 'Theirs since May' });
	const plain = JSON.parse(http.request(buildDelivery({ note: 'Theirs' }))?.body ?? '') as Record<string, unknown>;
	expect(plain.note).toBe('Theirs');
	expect(JSON.parse(http.request(buildDelivery())?.body ?? '')).not.toHaveProperty('note');
});

test('a form may ask from where a ticket was moved', () => {
	const moved = { system: 'jira', externalId: 'HELP-1' };
	expect(sentFor({ from: '{{moved_from}}' }, { moved })).toEqual({ from: 'jira HELP-1' });
});

test('every field of the plain payload may be asked for, and is the same', () => {
	const plain = sentFor(undefined) as Record<string, unknown>;
	const template = Object.fromEntries(Object.keys(plain).map((name) => [name, `{{${name}}}`]));
	expect(sentFor(template)).toEqual(plain);
	expect(Object.keys(plain)).toHaveLength(13);
});

test.each([undefined, null, '', ' \n'])('a body of %j leaves the payload as it is', (body) => {
	const plain = http.request(buildDelivery({ ticket }))?.body;
	expect(http.request(buildDelivery({ ticket, mapping: mappingWith(body) }))?.body).toBe(plain);
});

test.each([
	['{"a":"{{priority}}","b":[1,null]}', { a: 'medium', b: [1, null] }],
	['"{{priority}}"', 'medium'],
	[['{{priority}}'], ['medium']],
	['null', null],
	['17', 17],
	[17, 17],
	[false, false],
	[{}, {}],
	[nested(50), JSON.parse(nested(50)) as unknown],
])('the body %j is sent as %j', (body, sent) => {
	expect(sentFor(body)).toEqual(sent);
});

test.each(PROTOTYPE_NAMES)('%s is a key, a name in metadata and no field', (name) => {
	const template = JSON.parse(`{"${name}":"{{metadata.${name}}}"}`) as unknown;
	expect(JSON.stringify(sentFor(template))).toBe(`{"${name}":null}`);
	const own = buildTicket({ metadata: JSON.parse(`{"${name}":{"a":1}}`) as Record<string, unknown> });
	expect(sentFor({ a: `{{metadata.${name}.a}}` }, { ticket: own })).toEqual({ a: 1 });
	expect(http.problems(mappingWith([`{{${name}}}`]))).toHaveLength(1);
});

test('problems name the fields that there are not, each once, and what there is', () => {
	const problems = http.problems(
		mappingWith({ a: '{{colour}} {{size}}', b: ['{{colour}}', '{{title}}', '{{ a b }}'] }),
	);
	expect(problems).toEqual([
		expect.stringContaining('asks for {{colour}}, {{size}}, {{…}}, but there is only ticket_id, '),
	]);
	expect(problems[0]).toContain('metadata.<name>');
});

test('everything wrong with a mapping is told at once', () => {
	const mapping = buildMapping({ endpoint: '', method: 'GET', settings: { body: ['{{a}} {{'], signing_secret: '' } });
	expect(http.problems(mapping)).toHaveLength(5);
});

test('what a reference stands for is unknown until it is sent, and then must be JSON', () => {
	const mapping = mappingWith('{"key":"${DESK_KEY}","seats":${SEATS}}');
	expect(http.problems(mapping)).toEqual([]);
	expect(thrownBy(() => http.request(buildDelivery({ mapping }))).message).toContain('settings.body must be JSON');
	const resolved = resolveReferences(mapping, (name) => ({ DESK_KEY: 'k-1', SEATS: '4' })[name]);
	expect(http.request(buildDelivery({ mapping: resolved }))?.body).toBe('{"key":"k-1","seats":4}');
});

test('what a ticket says is data: braces, quotes and patterns in it mean nothing, wherever it is put', () => {
	const text = fc.oneof(hostileText, fc.constantFrom('{{email}}', '{{', '}}{{title}}', '$&', '$1', '${HOME}', '{{x}}'));
	fc.assert(
		fc.property(anyTicket, text, text, (any, title, description) => {
			const hostile = { ...any, title, description };
			const sent = sentFor({ whole: '{{title}}', part: 'a {{title}}|{{description}} b' }, { ticket: hostile });
			expect(sent).toEqual({ whole: title, part: `a ${title}|${description} b` });
		}),
	);
});
