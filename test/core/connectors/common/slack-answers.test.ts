import { slack } from '../../../../core/connectors/slack';
import { buildDelivery, buildMapping, buildResponse, thrownBy } from '../../../helpers/tickets';

const webhook = buildMapping({ system: 'slack', endpoint: 'https://hooks.slack.com/services/T0/B0/s3cret' });
const bot = buildMapping({ system: 'slack', endpoint: '', settings: { bot_token: 'xoxb-1', channel: '#it-support' } });

test.each([
	['ratelimited', 'rate_limited', true, false],
	['rate_limited', 'rate_limited', true, false],
	['internal_error', 'unavailable', true, true],
	['fatal_error', 'unavailable', true, true],
	['request_timeout', 'unavailable', true, true],
	['rollup_error', 'unavailable', true, true],
	['service_unavailable', 'unavailable', true, false],
	['invalid_auth', 'auth', false, false],
	['not_authed', 'auth', false, false],
	['token_revoked', 'auth', false, false],
	['account_inactive', 'auth', false, false],
	['missing_scope', 'auth', false, false],
	['channel_not_found', 'not_found', false, false],
	['not_in_channel', 'not_found', false, false],
	['is_archived', 'not_found', false, false],
	['invalid_blocks', 'rejected', false, false],
	['msg_blocks_too_long', 'rejected', false, false],
])('status 200 with the error %s is %s', (word, code, retryable, inDoubt) => {
	const response = buildResponse({
		body: JSON.stringify({ ok: false, error: word }),
		headers: { 'retry-after': '30' },
	});
	const error = thrownBy(() => slack.receipt(response, buildDelivery({ mapping: bot })));
	expect(error).toMatchObject({ code, retryable, inDoubt, status: 200, retryAfter: 30 });
	expect(error.message).toContain(word);
});

test.each(['soon', '-1', '1e3', '', undefined])('a wait of %j is none', (wait) => {
	const headers: Record<string, string> = wait === undefined ? {} : { 'retry-after': wait };
	const response = buildResponse({ body: '{"ok":false,"error":"ratelimited"}', headers });
	expect(thrownBy(() => slack.receipt(response, buildDelivery({ mapping: bot }))).retryAfter).toBeUndefined();
});

test.each(['s3cret', '{"ok":false,"error":"S3CRET s3cret"}', '{"error":"https://s3cret.example"}'])(
	'an error does not repeat what is no word of Slack’s (%#)',
	(body) => {
		const error = thrownBy(() => slack.receipt(buildResponse({ body }), buildDelivery({ mapping: webhook })));
		expect(error.message).not.toMatch(/s3cret|hooks/iu);
	},
);
