import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { testHttp, testSlackWebhook, testTeamsWebhook } from '../../nodes/shared/credential-tests';

type Test = typeof testHttp;

const ask = async (test: Test, data: ICredentialDataDecryptedObject) =>
	await test({ id: '1', name: 'one', type: 'one', data });

const HOOK = 'https://hooks.slack.com/services/T00000000/B00000000/abcdefghijkl';
const FLOW = 'https://prod-1.westus.logic.azure.com/workflows/0a/triggers/manual/paths/invoke?sig=abcdefghijkl';
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

test.each<[string, Test, ICredentialDataDecryptedObject]>([
	['a webhook', testSlackWebhook, { webhookSecretUrl: HOOK }],
	['a webhook by a relay', testSlackWebhook, { webhookSecretUrl: 'http://relay.local/services/a', anyHost: true }],
	['a workflow', testTeamsWebhook, { workflowSecretUrl: FLOW }],
	[
		'a workflow of Power Platform',
		testTeamsWebhook,
		{ workflowSecretUrl: 'https://a.1b.api.powerplatform.com/x?sig=y' },
	],
	['a workflow by a relay', testTeamsWebhook, { workflowSecretUrl: 'http://relay.local/teams', anyHost: true }],
	['nothing to sign in with', testHttp, { authentication: 'none' }],
	['a name and password', testHttp, { authentication: 'basic', username: 'bot', password: '' }],
	['a token', testHttp, { authentication: 'bearer', token: 'abc' }],
	['a header', testHttp, { authentication: 'header', headerName: 'X-API-Key', headerSecret: 'abc' }],
	['a secret to sign with', testHttp, { authentication: 'none', signingSecret: SECRET }],
	['two secrets', testHttp, { authentication: 'none', signingSecret: `${SECRET} ${SECRET}` }],
])('%s passes, and it is said that nothing was sent', async (_, tested, data) => {
	const { status, message } = await ask(tested, data);
	expect(status).toBe('OK');
	expect(message).toContain('Nothing was sent');
});

test.each<[string, Test, ICredentialDataDecryptedObject, RegExp]>([
	[
		'an empty webhook',
		testSlackWebhook,
		{ webhookSecretUrl: '' },
		/begin with https:\/\/hooks\.slack\.com\/services\//u,
	],
	['another host', testSlackWebhook, { webhookSecretUrl: 'https://hooks.slack.co/services/a-secret' }, /Own Gateway/u],
	['a trigger', testSlackWebhook, { webhookSecretUrl: 'https://hooks.slack.com/triggers/a-secret' }, /must begin/u],
	['an address of the API', testSlackWebhook, { webhookSecretUrl: 'https://slack.com/api' }, /must begin/u],
	['a reference', testSlackWebhook, { webhookSecretUrl: '${SLACK_A-secret}' }, /must begin/u],
	[
		'a relay without the path',
		testSlackWebhook,
		{ webhookSecretUrl: 'http://a-secret.local', anyHost: true },
		/in its path/u,
	],
	[
		'a retired connector',
		testTeamsWebhook,
		{ workflowSecretUrl: 'https://a.webhook.office.com/a-secret' },
		/is retired/u,
	],
	['another host', testTeamsWebhook, { workflowSecretUrl: 'https://example.com/a-secret' }, /Own Gateway/u],
	['no TLS', testTeamsWebhook, { workflowSecretUrl: FLOW.replace('https', 'http') }, /the whole one of a workflow/u],
	['no data', testTeamsWebhook, {}, /the whole one of a workflow/u],
	['no name', testHttp, { authentication: 'basic', password: 'a-secret' }, /^Fill in Username,/u],
	['no token', testHttp, { authentication: 'bearer' }, /^Fill in Token,/u],
	['no header', testHttp, { authentication: 'header' }, /^Fill in Header Name and Header Value,/u],
	['a line break', testHttp, { authentication: 'bearer', token: 'a-secret\n' }, /^The token has a character/u],
	[
		'a reserved header',
		testHttp,
		{ authentication: 'header', headerName: 'Host', headerSecret: 'a-secret' },
		/^This header cannot be sent/u,
	],
	[
		"a delivery's own header",
		testHttp,
		{ authentication: 'header', headerName: 'Webhook-Id', headerSecret: 'a-secret' },
		/^This header cannot be sent/u,
	],
	[
		'a short secret',
		testHttp,
		{ authentication: 'none', signingSecret: 'whsec_a-secret' },
		/^The signing secret must/u,
	],
	['a reference', testHttp, { authentication: 'none', signingSecret: '${A-secret}' }, /^The signing secret must/u],
])('%s does not pass, and is not shown', async (_, tested, data, expected) => {
	const { status, message } = await ask(tested, data);
	expect(status).toBe('Error');
	expect(message).toMatch(expected);
	expect(message).not.toContain('a-secret');
});
