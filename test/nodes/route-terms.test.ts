import type { IDataObject } from 'n8n-workflow';
import { CONNECTORS } from '../../core/connectors';
import { TriageError } from '../../core/errors';
import type { Mapping } from '../../core/mapping';
import { inFormTerms } from '../../nodes/RouteTicket/form-terms';
import { readMappings } from '../../nodes/RouteTicket/mappings';
import { CREDENTIAL_LABELS } from '../../nodes/RouteTicket/systems';
import { loadPackage, type Package } from '../helpers/n8n';
import { thrownBy } from '../helpers/tickets';

let pack: Package;

beforeAll(async () => {
	pack = await loadPackage();
});

const TICKET = { title: 'Laptop', description: 'Broken' };
const JIRA = { url: 'https://acme.atlassian.net', email: 'a@b.example', apiToken: 't' };
const SECRET = { authentication: 'none', signingSecret: 'short' };

async function messageOf(rows: IDataObject[], credentials: Record<string, IDataObject> = {}, systems: string[] = []) {
	const items = [{ ...TICKET, triage: { department: 'IT', needs_review: false } }];
	const parameters = { systems, mappings: { mapping: rows } } as never;
	const { error } = await pack.run({ node: 'routeTicket', items, credentials, parameters });
	return error?.message;
}

const other = { department: 'HR', system: 'inbox' };

test('every problem of a row is said at once, by the labels of the form, with the row and its department', async () => {
	const row = { department: 'IT', system: 'jira', projectKey: '={{ "" }}', labels: 'x'.repeat(256) };
	expect(await messageOf([other, row], { triageJiraCloudApi: JIRA }, ['jira'])).toBe(
		'Project Key of mapping 2 (IT) is missing: the key of a project such as HELP; Labels of mapping 2 (IT) must be labels of at most 255 characters without spaces [item 0]',
	);
});

test.each<[string, IDataObject, IDataObject | null, string]>([
	['a URL', { url: 'desk' }, null, 'URL of mapping 1 (IT) must be an address such as'],
	['a method', { method: 'GET' }, null, 'Method of mapping 1 (IT) must be one of POST, PUT, PATCH'],
	['a body', { body: '{{title' }, null, 'Body of mapping 1 (IT) must be JSON'],
	['a header', { headers: { header: [{ name: 'Host', value: 'x' }] } }, null, 'Mapping 1 (IT) must not set the header'],
	['a name', { headers: { header: [{ name: 'a b', value: 'x' }] } }, null, 'A header of mapping 1 (IT) has a char'],
	['a signing secret', {}, SECRET, 'Signing Secret of the credential must be whsec_'],
	['a variable', { url: '${URL}' }, null, 'URL of mapping 1 (IT) is no address'],
	['a system', { system: 'jirra' }, null, 'Mapping 1 (IT): There is no connector for the system "jirra"'],
])('%s that cannot be used is called what the form calls it', async (_, more, credential, message) => {
	const row = { department: 'IT', system: 'http', url: 'https://desk.example.com', ...more };
	const credentials: Record<string, IDataObject> = credential ? { triageHttpApi: credential } : {};
	expect(await messageOf([row], credentials, credential ? ['http'] : [])).toContain(message);
});

test('an address that is wrong in the credential is looked for there', async () => {
	const row = { department: 'IT', system: 'jira', projectKey: 'HELP' };
	expect(await messageOf([row], { triageJiraCloudApi: { ...JIRA, url: 'acme' } }, ['jira'])).toMatch(
		/^The address in the credential for Jira Cloud must be an address such as/u,
	);
});

test('minimum priorities that there are not: all rows at once', () => {
	const rows = [other, { ...other, minimumPriority: 'urgent' }, { system: 'inbox', minimumPriority: 'asap' }];
	expect(thrownBy(() => readMappings({ mapping: rows })).message).toBe(
		'Minimum Priority of mapping 2 (HR) must be one of low, medium, high, critical; Minimum Priority of mapping 3 must be one of low, medium, high, critical',
	);
});

test('parameters beside the table are all told at once', async () => {
	const items = [{ title: '', description: '', triage: { department: 'IT', needs_review: 'maybe' } }];
	const { error } = await pack.run({ node: 'routeTicket', items, parameters: { priority: 'urgent' } });
	expect(error?.message).toBe(
		'This item is no ticket: title must not be empty; description must not be empty; Priority must be one of low, medium, high, critical; Needs Review must be true or false [item 0]',
	);
});

test.each(Object.keys(CONNECTORS).filter((system) => system !== 'inbox'))(
	'nothing that %s refuses is called by its name in the core',
	(system) => {
		const settings = Object.fromEntries(
			['project_key', 'labels', 'group_id', 'source', 'requester_email', 'table', 'channel', 'body', 'any_host'].map(
				(key) => [key, '!? {{'],
			),
		);
		for (const given of [{}, settings, { send_with: 'bot' }, { send_with: 'webhook' }]) {
			const [mapping] = readMappings({ mapping: [{ department: 'IT', system, url: 'no address' }] });
			const wrong: Mapping = { ...mapping, settings: given, headers: { host: 'x' }, hostSignsIn: true };
			const problems = CONNECTORS[system].problems(wrong);
			expect(problems).not.toEqual([]);
			const refusal = new TriageError(
				'misconfigured',
				`The mapping to ${system} cannot be used: ${problems.join('; ')}`,
			);
			const { message } = inFormTerms(refusal, wrong, 'mapping 1 (IT)') as TriageError;
			expect(message).not.toMatch(/settings\.|endpoint|the mapping\b|_/iu);
		}
	},
);

test("what the credentials' forms call their fields is what messages call them", () => {
	const types = Object.keys(pack.loader.known.credentials);
	const labels = types.flatMap((name) => pack.loader.getCredential(name).type.properties.map((one) => one.displayName));
	for (const label of Object.values(CREDENTIAL_LABELS)) expect(labels).toContain(label);
});
