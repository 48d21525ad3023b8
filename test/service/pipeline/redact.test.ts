import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { asSent, redact } from '../../../service/pipeline/redact';
import { startLocalServer } from '../../helpers/local-server';
import { mapToHttp, startService } from '../../helpers/service';
import { buildMapping, buildTicket } from '../../helpers/tickets';

const LONG = 'The turbine in hall seven hums at night and the neighbours have begun to complain about it to the mayor.';
const sent = {
	mapping: buildMapping({
		endpoint: 'https://desk.example.com/hooks/T0AB/path-token?signature=query-token',
		headers: {
			Authorization: `Basic ${Buffer.from('bot:pass:word-1').toString('base64')}`,
			'X-Key': 'Token header-token',
		},
		settings: { project_key: 'OPS1', signing_secret: 'setting-token', deep: [{ odd: 'nested-token' }, 987654] },
	}),
	secrets: ['environment-token'],
	ticket: buildTicket({
		title: 'Noise at night',
		description: `First line\nSecond line\n${LONG}`,
		email: 'ana@example.com',
	}),
};

it.each([
	['a value of the environment', 'bad environment-token'],
	['a header, whole', 'bad Token header-token'],
	['a header without its scheme', 'bad header-token'],
	['user and password of Basic', 'bad word-1'],
	['a setting', 'bad setting-token'],
	['a nested setting', 'bad nested-token'],
	['a number', 'bad 987654'],
	['the path of a webhook', 'Cannot POST /hooks/T0AB/path-token'],
	['a value of the query', 'bad query-token'],
	['a value of the environment, in base64', `bad ${Buffer.from('environment-token').toString('base64')}`],
	['the beginning of a value, where the answer was cut', 'bad environment-t'],
	['the title', 'bad Noise at night'],
	['the e-mail', 'bad ana@example.com'],
	['a line of the description', 'bad Second line'],
	['the description on one line', `bad First line Second line ${LONG}`],
	['the beginning of the description', `bad ${LONG.slice(0, 40)}`],
	['a piece out of its middle', `bad "${LONG.slice(20, 50)}"`],
])('hides %s', (_name, message) => {
	const shown = redact(`http answered 400 (${message}): refused`, sent);
	expect(shown).toContain('•••');
	expect(shown).toMatch(/^http answered 400 \(.*\): refused$/);
	expect(shown).not.toMatch(/-t|ZW52|word-1|T0AB|987654|Noise|ana@|line|turbine|neighbours|hall/);
});

it('leaves alone what is neither secret nor the ticket', () => {
	const message = 'http answered 404 (project OPS1 does not exist): check the endpoint';
	expect(redact(message, sent)).toBe(message);
});

it('keeps what a target repeats out of the ticket and its history', async () => {
	const target = await startLocalServer(({ headers, body }) => ({
		status: 400,
		body: {
			detail: `no: ${String(headers.authorization)} ${(JSON.parse(body) as { description: string }).description}`,
		},
	}));
	const environment = { ALLOWED_PRIVATE_HOSTS: '127.0.0.1', DESK_TOKEN: 'top-secret-token' };
	const app = await startService({ ...environment, REVIEW_DELIVERY: 'general' });
	for (const { name } of DEFAULT_DEPARTMENTS)
		await mapToHttp(app, name, { api_endpoint: target.url, api_headers: { Authorization: 'Bearer ${DESK_TOKEN}' } });
	const { json } = await app.submit({
		title: 'VPN password',
		description: 'The VPN asks for my password hunter2-hunter2',
		email: 'ana@example.com',
	});
	expect(json).toMatchObject({ status: 'failed', error_message: expect.stringContaining('http answered 400 (no: ') });
	const { text } = await app.call('GET', `/webhook/ticket/${String(json.ticket_id)}?expand=history`);
	expect(text).not.toMatch(/top-secret-token|hunter2/);
	await app.close();
	await target.close();
});

it('hides what a connector signs in by, and a piece of it', () => {
	const mapping = buildMapping({ system: 'jira', settings: { email: 'bot@example.com', api_token: '${TOKEN}' } });
	const authorization = `Basic ${Buffer.from('bot@example.com:environment-token').toString('base64')}`;
	const request = {
		method: 'POST',
		url: mapping.endpoint,
		headers: { Authorization: authorization },
		body: '',
	} as const;
	const also = { ...sent, mapping: asSent(mapping, request) };
	for (const quoted of [authorization, authorization.slice(6), authorization.slice(0, 30)])
		expect(redact(`jira answered 400 (${quoted}`, also)).not.toMatch(/Ym90|[A-Za-z0-9+/=]{12}/);
});
