import { plant, type Planted } from './planted';

const TICKETS = /^(?:POST|GET) \/(?:webhook\/)?tickets?\b/u;
const TEXT_INDEX = 'ticket_search\\w*\\.\\w+';
const TOLD = 'event_deliveries.body';
const columns = (...names: string[]): RegExp => new RegExp(`(?:^|\\.)(?:${names.join('|')})$`, 'u');

/** What operators set: it is nobody's to see, and never stored. */
export const SECRETS = {
	apiKey: plant('api key'),
	geminiKey: plant('gemini key'),
	jiraToken: plant('jira token'),
	jiraEmail: plant('jira login'),
	slackPath: plant('slack path'),
	reference: plant('value behind a reference'),
	webhookSecret: plant('webhook secret'),
	databasePassword: plant('database password'),
};

/** What callers send beside tickets. */
export const SENT = {
	wrongKey: plant('wrong key'),
	query: plant('query'),
	path: plant('path'),
	agent: plant('user agent'),
	cookie: plant('cookie'),
	referer: plant('referer'),
	state: plant('trace state'),
	parent: plant('trace parent'),
	host: plant('host'),
	forwarded: plant('forwarded for'),
	garbage: plant('no http'),
	idempotency: plant('idempotency key', { columns: columns('idempotency_keys\\.key') }),
	header: plant('header of a mapping', { columns: columns('team_mappings\\.api_headers') }),
	setting: plant('secret of a mapping', { columns: columns('team_mappings\\.settings') }),
	hookPath: plant('path of a subscriber', { columns: columns('subscriptions\\.url') }),
	hookSecret: plant('secret of a subscriber', { columns: columns('subscriptions\\.secret') }),
};

/** What people write of themselves: in the ticket's own columns, and for who may read the ticket. */
export const PERSONAL = {
	title: plant('title', {
		columns: columns('ticket_logs\\.(?:title|classification)', TEXT_INDEX, TOLD),
		answers: TICKETS,
	}),
	description: plant('description', { columns: columns('ticket_logs\\.(?:description|classification)', TEXT_INDEX) }),
	email: plant('address', { columns: columns('ticket_logs\\.email') }),
	metadata: plant('metadata', { columns: columns('ticket_logs\\.ticket_metadata') }),
	metadataName: plant('name in metadata', { columns: columns('ticket_logs\\.ticket_metadata') }),
	source: plant('source', { columns: columns('ticket_logs\\.source', 'ticket_events\\.detail'), answers: TICKETS }),
	note: plant('note', { columns: columns('ticket_logs\\.corrected_note', 'ticket_events\\.detail'), answers: TICKETS }),
	wrongField: plant('field there is not', { answers: TICKETS }),
	wrongValue: plant('value that is refused'),
	brokenJson: plant('broken json'),
};

export const ALL: Planted[] = [SECRETS, SENT, PERSONAL].flatMap((group) => Object.values<Planted>(group));

export const MARKED = {
	title: `VPN drops, says ${PERSONAL.title.value}`,
	description: `The VPN client on my laptop disconnects. ${PERSONAL.description.value}`,
	email: `${PERSONAL.email.value}@example.com`,
	source: PERSONAL.source.value,
	metadata: { [PERSONAL.metadataName.value]: PERSONAL.metadata.value },
};

export const HEADERS = {
	'user-agent': SENT.agent.value,
	cookie: `session=${SENT.cookie.value}`,
	referer: `https://example.com/${SENT.referer.value}`,
	tracestate: `vendor=${SENT.state.value}`,
	traceparent: `00-${SENT.parent.value}`,
	'x-forwarded-for': SENT.forwarded.value,
	'x-request-id': SENT.parent.value,
};
