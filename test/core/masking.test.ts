import type { HttpRequest } from '../../core/http';
import { MASK, maskAddress, maskRequest } from '../../core/masking';

const REQUEST: HttpRequest = {
	method: 'POST',
	url: 'https://desk.example.com/tickets?a=1',
	headers: { 'Content-Type': 'application/json', 'Webhook-Id': 'triage-1', 'x-key': 'secret', accept: 'own' },
	body: '{"title":"Laptop"}',
};

test('of the headers only format and repetition are shown, the rest of the request as it is', () => {
	expect(maskRequest(REQUEST, { headers: [], address: false })).toEqual({
		...REQUEST,
		headers: { 'content-type': 'application/json', 'webhook-id': 'triage-1', 'x-key': MASK, accept: 'own' },
	});
});

test('headers that are named as secrets are masked, and shown to be there where the host adds them', () => {
	const { headers } = maskRequest(REQUEST, { headers: ['Accept', 'authorization'], address: false });
	expect(headers).toMatchObject({ accept: MASK, authorization: MASK });
});

test('an address that is a secret ends after its host, and no body is null', () => {
	const { method, url } = REQUEST;
	const shown = maskRequest({ method, url, headers: {} }, { headers: [], address: true });
	expect(shown).toEqual({ method, url: `https://desk.example.com/${MASK}`, headers: {}, body: null });
});

test.each([
	['https://hooks.example.com/services/T0/B0/secret', `https://hooks.example.com/${MASK}`],
	['http://127.0.0.1:8080?sig=secret', `http://127.0.0.1:8080/${MASK}`],
	['https://example.com/', 'https://example.com/'],
	['https://example.com', 'https://example.com'],
	['https://user:secret@example.com/', MASK],
	['secret', MASK],
	['', MASK],
])('%s is shown as %s', (address, shown) => {
	expect(maskAddress(address)).toBe(shown);
});
