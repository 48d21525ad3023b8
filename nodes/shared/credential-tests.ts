import type { ICredentialDataDecryptedObject, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import { headerProblems } from '../../core/connectors/common/headers';
import { isReference } from '../../core/connectors/common/settings';
import { signingProblems } from '../../core/connectors/common/signing';
import type { Connector } from '../../core/connectors/connector';
import { slack } from '../../core/connectors/slack';
import { teams } from '../../core/connectors/teams';
import { INBOX_MAPPING, type Mapping } from '../../core/mapping';

/** For `methods.credentialTest`: a webhook has no request without effect, so what can be seen without one is checked. */
type Test = (credential: ICredentialsDecrypted) => Promise<INodeCredentialTestResult>;

/** Whether a delivery would take the address of a `triageSlackWebhookApi`; nothing is sent. */
export const testSlackWebhook: Test = async ({ data = {} }) => {
	const endpoint = textOf(data, 'webhookSecretUrl');
	const isWebhook = /\/services\//u.test(endpoint) && isAccepted(slack, endpoint, data.anyHost === true);
	if (isWebhook) return await accepted('The address has the form of an incoming webhook');
	return await refused(
		'The address must begin with https://hooks.slack.com/services/: copy it from Incoming Webhooks in your Slack app, or turn on Own Gateway for one of yours with /services/ in its path',
	);
};

/** Whether a delivery would take the address of a `triageTeamsWebhookApi`; nothing is sent. */
export const testTeamsWebhook: Test = async ({ data = {} }) => {
	const isWorkflow = isAccepted(teams, textOf(data, 'workflowSecretUrl'), data.anyHost === true);
	if (isWorkflow) return await accepted('The address has the form of a workflow');
	return await refused(
		'The address must be the whole one of a workflow, on *.logic.azure.com or *.api.powerplatform.com (webhook.office.com is retired): copy it from the workflow in Teams, or turn on Own Gateway for one of yours',
	);
};

/** Whether what a `triageHttpApi` holds can be sent; its address is in the node, and nothing is sent. */
export const testHttp: Test = async ({ data = {} }) => {
	const problem = missingProblem(data) ?? headerProblem(data) ?? secretProblem(data);
	if (problem !== null) return await refused(problem);
	return await accepted('What is filled in can be sent');
};

function isAccepted(connector: Connector, endpoint: string, anyHost: boolean): boolean {
	const settings = anyHost ? { any_host: true } : {};
	const mapping = { ...INBOX_MAPPING, system: connector.system, endpoint, settings };
	return endpoint !== '' && !isReference(endpoint) && connector.problems(mapping).length === 0;
}

/** What each way of signing in cannot do without, by the labels of the form. */
const NEEDED: Record<string, Record<string, string>> = {
	basic: { username: 'Username' },
	bearer: { token: 'Token' },
	header: { headerName: 'Header Name', headerSecret: 'Header Value' },
};

function missingProblem(data: ICredentialDataDecryptedObject): string | null {
	const needed = Object.entries(NEEDED[textOf(data, 'authentication')] ?? {});
	const missing = needed.filter(([name]) => textOf(data, name) === '').map(([, label]) => label);
	return missing.length === 0 ? null : `Fill in ${missing.join(' and ')}, or choose another Authentication`;
}

/** Set for each delivery; one of the credential would stand in for it. */
const OWN_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

function headerProblem(data: ICredentialDataDecryptedObject): string | null {
	const authentication = textOf(data, 'authentication');
	const name = authentication === 'header' ? textOf(data, 'headerName') : 'authorization';
	const value = authentication === 'header' ? textOf(data, 'headerSecret') : textOf(data, 'token');
	if (authentication === 'none' || authentication === 'basic') return null;
	const isOwn = OWN_HEADERS.includes(name.toLowerCase());
	if (!isOwn && headerProblems({ ...INBOX_MAPPING, headers: { [name]: value } }).length === 0) return null;
	if (authentication === 'bearer') return 'The token has a character that no header takes: copy it anew';
	return 'This header cannot be sent: its name is reserved, or name or value have a character that HTTP does not allow';
}

function secretProblem(data: ICredentialDataDecryptedObject): string | null {
	const secret = textOf(data, 'signingSecret');
	if (secret === '') return null;
	const mapping: Mapping = { ...INBOX_MAPPING, settings: { signing_secret: secret } };
	if (signingProblems(mapping, () => false).length === 0) return null;
	return 'The signing secret must be whsec_ with 24 to 64 bytes in base64, or several of them with spaces between';
}

function textOf(data: ICredentialDataDecryptedObject, name: string): string {
	const value = data[name];
	return typeof value === 'string' ? value : '';
}

async function accepted(what: string): Promise<INodeCredentialTestResult> {
	const message = `${what}. Nothing was sent: whether it is taken shows with the first delivery.`;
	return await Promise.resolve({ status: 'OK', message });
}

async function refused(message: string): Promise<INodeCredentialTestResult> {
	return await Promise.resolve({ status: 'Error', message });
}
