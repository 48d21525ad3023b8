import fc from 'fast-check';
import { http } from '../../../core/connectors/http';
import { hostileText } from '../../helpers/arbitraries';
import { buildDelivery, buildMapping, buildTicket, thrownBy } from '../../helpers/tickets';
import { describeConnector } from './conformance';

const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 's3cret').toString('base64')}`;
const mappingWith = (secret: unknown, headers = {}) => buildMapping({ headers, settings: { signing_secret: secret } });
const requestWith = (secret: unknown, ticketId = 'TKT-1') =>
	http.request(buildDelivery({ ticketId, mapping: mappingWith(secret) }));
const signatureOf = (secret: unknown, ticketId?: string) => requestWith(secret, ticketId)?.signature;

describeConnector(http, {
	mapping: mappingWith(secretOf(32), { 'X-Webhook-Id': 'mine' }),
	request: {
		method: 'POST',
		url: 'https://desk.example.com/tickets',
		headers: {
			'content-type': 'application/json',
			'webhook-id': 'triage-TKT-0123456789ABCDEF0123',
			'x-webhook-id': 'mine',
		},
		body: JSON.parse(http.request(buildDelivery())?.body ?? '') as unknown,
		signature: { id: 'triage-TKT-0123456789ABCDEF0123', secrets: [secretOf(32)] },
	},
	refusedMappings: {
		'a blank secret': { settings: { signing_secret: '' } },
		'a secret of white space': { settings: { signing_secret: ' \t\n' } },
		'null as secret': { settings: { signing_secret: null } },
		'false as secret': { settings: { signing_secret: false } },
		'a number as secret': { settings: { signing_secret: 123456 } },
		'a list of secrets': { settings: { signing_secret: [secretOf(32)] } },
		'a prefix without secret': { settings: { signing_secret: 'whsec_' } },
		'another prefix': { settings: { signing_secret: secretOf(32).replace('whsec', 'whsk') } },
		'no prefix': { settings: { signing_secret: secretOf(32).replace('whsec_', '') } },
		'a secret of 23 bytes': { settings: { signing_secret: secretOf(23) } },
		'a secret of 65 bytes': { settings: { signing_secret: secretOf(65) } },
		'a secret of 66 bytes': { settings: { signing_secret: secretOf(66) } },
		'a secret without its padding': { settings: { signing_secret: secretOf(32).replace('=', '') } },
		'a secret with too much padding': { settings: { signing_secret: `${secretOf(32)}=` } },
		'a secret in base64url': { settings: { signing_secret: `whsec_${'s3cret-_'.repeat(5)}` } },
		'a secret that is not base64': { settings: { signing_secret: `whsec_${'s3cret!?'.repeat(5)}` } },
		'a bad secret after a good one': { settings: { signing_secret: `${secretOf(32)} whsec_s3cret` } },
		'secrets with a comma between': { settings: { signing_secret: `${secretOf(24)},${secretOf(24)}` } },
		'its own id': { headers: { 'Webhook-ID': 's3cret' } },
		'its own timestamp': { headers: { 'webhook-timestamp': 's3cret' } },
		'its own signature': { headers: { 'WEBHOOK-SIGNATURE': 's3cret' } },
	},
	receipts: {},
	refusals: {},
	explanations: {},
});

test.each([24, 25, 26, 27, 32, 62, 63, 64])('a secret of %i bytes is taken as it is', (bytes) => {
	expect(http.problems(mappingWith(secretOf(bytes)))).toEqual([]);
	expect(signatureOf(secretOf(bytes))?.secrets).toEqual([secretOf(bytes)]);
});

test('several secrets, for as long as they are being changed, keep their order', () => {
	const [next, last] = [secretOf(24), secretOf(64)];
	expect(signatureOf(` ${next}  ${last}\n`)?.secrets).toEqual([next, last]);
});

test('without a secret nothing is signed, and the headers are the mapping’s', () => {
	const headers = { 'webhook-timestamp': 'mine', 'webhook-signature': 'mine' };
	const request = http.request(buildDelivery({ mapping: buildMapping({ headers }) }));
	expect(request).not.toHaveProperty('signature');
	expect(request?.headers).toMatchObject(headers);
});

test.each(['${SIGNING_SECRET}', `\${NEXT_SECRET} ${secretOf(24)}`, 'whsec_${SECRET}'])(
	'%s is well-formed for the time being, and never signed with',
	(secret) => {
		expect(http.problems(mappingWith(secret))).toEqual([]);
		expect(thrownBy(() => signatureOf(secret)).code).toBe('misconfigured');
	},
);

test('the id is that of the delivery: repeats have the same, other tickets another', () => {
	const rewritten = buildDelivery({
		ticketId: 'TKT-1',
		mapping: mappingWith(secretOf(24)),
		ticket: buildTicket({ title: 'B' }),
	});
	expect(http.request(rewritten)?.signature?.id).toBe('triage-TKT-1');
	expect(http.request({ ...rewritten, number: 2 })?.signature?.id).toBe('triage-TKT-1-2');
	const ids = ['TKT-1', 'tkt-1', 'TKT.1', 'TKT 1', 'TKT~1', 'TKT~2e~1', 'TKT_1'].map(
		(id) => signatureOf(secretOf(24), id)?.id,
	);
	expect(ids[2]).toBe('triage-TKT~2e~1');
	expect(new Set(ids).size).toBe(ids.length);
});

test('whatever a ticket is called, the id is a header without full stops that says no other ticket', () => {
	fc.assert(
		fc.property(hostileText, hostileText, (one, other) => {
			const [first, second] = [one, other].map((ticketId) => requestWith(secretOf(24), ticketId));
			const id = first?.headers['webhook-id'];
			expect(first?.signature?.id).toBe(id);
			expect(id).toMatch(/^triage-[\w~-]*$/u);
			expect(id === second?.headers['webhook-id']).toBe(one === other);
		}),
	);
});
