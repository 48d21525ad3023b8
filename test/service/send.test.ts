import { createSend } from '../../service/send';
import { startLocalServer } from '../helpers/local-server';
import { rejectionOf } from '../helpers/tickets';

const outgoing = createSend({ allowedPrivateHosts: ['127.0.0.1'], timeoutMs: 1000 });
afterAll(() => outgoing.close());

const post = (url: string, headers: Record<string, string> = {}) =>
	outgoing.send({ method: 'POST', url, headers, body: '{}' });

it.each(['http://[::1', 'desk', 'http://', 'https://user:pass@desk.example/', 'https://user@desk.example/'])(
	'the endpoint %p is the mapping’s fault, and not tried again',
	async (url) => {
		const error = await rejectionOf(post(url));
		expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
		expect(error.message).not.toContain('user:pass');
	},
);

it.each<Record<string, string>>([{ 'x-a': 'line\nbreak' }, { 'bad name': 'x' }, { 'x-a': 'smile 😀' }])(
	'the headers %p are the mapping’s fault, and not tried again',
	async (headers) => {
		const target = await startLocalServer(() => ({}));
		expect(await rejectionOf(post(target.url, headers))).toMatchObject({
			code: 'misconfigured',
			retryable: false,
		});
		expect(target.requests).toEqual([]);
		await target.close();
	},
);

it('a target that is not there may be there later', async () => {
	expect(await rejectionOf(post('http://127.0.0.1:1/'))).toMatchObject({ code: 'unavailable', retryable: true });
});
