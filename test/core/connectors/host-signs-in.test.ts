import { findConnector } from '../../../core/connectors';
import { buildDelivery, buildMapping } from '../../helpers/tickets';

const LOGIN = {
	...{ email: 'bot@example.com', api_token: 'top-secret', api_key: 'top-secret', bot_token: 'xoxb-top-secret' },
	...{ username: 'bot', password: 'top-secret' },
};
const TARGETS: [string, string, Record<string, unknown>][] = [
	['jira', 'https://acme.atlassian.net', { project_key: 'HELP' }],
	['jira_server', 'https://jira.example.com', { project_key: 'HELP' }],
	['jira_service_management', 'https://acme.atlassian.net', { service_desk_id: '1', request_type_id: '2' }],
	['freshservice', 'https://acme.freshservice.com', { requester_email: 'desk@example.com' }],
	['zendesk', 'https://acme.zendesk.com', {}],
	['servicenow', 'https://acme.service-now.com', {}],
	['slack', '', { channel: '#it' }],
];

/** Every request that the connector makes. */
function requestsOf(system: string, endpoint: string, settings: Record<string, unknown>) {
	const { request, search } = findConnector(system);
	const delivery = buildDelivery({ mapping: buildMapping({ system, endpoint, settings, hostSignsIn: true }) });
	return [request(delivery), search?.request(delivery) ?? null].filter((one) => one !== null);
}

test.each(TARGETS)('%s needs no login where the host signs in', (system, endpoint, settings) => {
	const mapping = buildMapping({ system, endpoint, settings });
	expect(findConnector(system).problems({ ...mapping, hostSignsIn: true })).toEqual([]);
	expect(findConnector(system).problems(mapping)).not.toEqual([]);
	for (const { headers } of requestsOf(system, endpoint, settings)) expect(headers).not.toHaveProperty('authorization');
});

test.each(TARGETS)('%s does not use a login of the settings where the host signs in', (system, endpoint, settings) => {
	const requests = requestsOf(system, endpoint, { ...settings, ...LOGIN });
	expect(requests).not.toEqual([]);
	expect(requests.every(({ headers }) => !('authorization' in headers))).toBe(true);
	expect(JSON.stringify(requests)).not.toContain('top-secret');
});
