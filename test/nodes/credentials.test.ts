import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { INodeType } from 'n8n-workflow';
import { siteOf as connectorSite } from '../../core/connectors/common/settings';
import { loadPackage, type Package } from '../helpers/n8n';
import { resolved } from '../helpers/n8n-credentials';

const ROOT = resolve(__dirname, '../..');
const { n8n } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { n8n: { credentials: string[] } };
const FILES = readdirSync(join(ROOT, 'credentials')).filter((file) => file.endsWith('.credentials.ts'));
const TYPES = FILES.map((file) => file.replace('.credentials.ts', '').replace(/^T/u, 't'));

const SECRETS: Record<string, string[]> = {
	triageFreshserviceApi: ['apiKey'],
	triageGeminiApi: ['apiKey'],
	triageHttpApi: ['password', 'token', 'headerSecret', 'signingSecret'],
	triageJiraCloudApi: ['apiToken'],
	triageJiraServerApi: ['token'],
	triageServiceApi: ['apiKey'],
	triageServiceNowApi: ['password'],
	triageSlackBotApi: ['botToken'],
	triageSlackWebhookApi: ['webhookSecretUrl'],
	triageTeamsWebhookApi: ['workflowSecretUrl'],
	triageZendeskApi: ['apiToken'],
};

let pack: Package;

beforeAll(async () => {
	pack = await loadPackage();
});

test('n8n loads each type there is a file for', () => {
	expect(n8n.credentials).toEqual(FILES.map((file) => `dist/credentials/${file.replace(/\.ts$/u, '.js')}`));
	expect(pack.loader.types.credentials.map(({ name }) => name).sort()).toEqual([...TYPES].sort());
	expect(TYPES).toEqual(Object.keys(SECRETS));
});

describe.each(TYPES)('%s', (name) => {
	const typeOf = () => pack.loader.getCredential(name).type;

	test('has an icon for each theme, and a page to read', () => {
		const { iconUrl, documentationUrl, displayName } = typeOf();
		expect(displayName).toMatch(/^[A-Z].* \(Ticket Triage\) API$/u);
		expect(documentationUrl).toMatch(/^https:\/\/[^\s?]+$/u);
		const { light, dark } = iconUrl as { light: string; dark: string };
		expect(dark).not.toBe(light);
		for (const icon of [light, dark]) {
			const file = join(ROOT, icon.replace(/^icons\/[^/]+\//u, ''));
			expect(existsSync(file)).toBe(true);
			expect(readFileSync(file, 'utf8')).toMatch(/^<svg [^>]*viewBox="0 0 24 24"[\s\S]*<path d="M/u);
		}
	});

	test('hides its secrets, and nothing else', () => {
		const { properties } = typeOf();
		const hidden = properties.filter(({ typeOptions }) => typeOptions?.password === true).map((one) => one.name);
		expect(hidden).toEqual(SECRETS[name]);
		// A default would be everybody's.
		expect(properties.filter((one) => hidden.includes(one.name) && one.default !== '')).toEqual([]);
	});

	test('sends no secret in an address, and follows no redirect with one', () => {
		const { test: tested, authenticate } = typeOf();
		const texts = JSON.stringify([tested?.request.baseURL, tested?.request.url, tested?.request.qs]);
		for (const secret of SECRETS[name]) expect(texts).not.toContain(secret);
		expect(typeof authenticate === 'object' ? authenticate.properties : {}).not.toHaveProperty('qs');
		expect(tested?.request.disableFollowRedirect ?? true).toBe(true);
	});

	test('can be tested: by a request of its own or by a node', () => {
		const { test: tested, supportedNodes = [] } = typeOf();
		const byNodes = supportedNodes.flatMap((node) => {
			const { description, methods } = pack.loader.getNode(node).type as INodeType;
			const { testedBy } = description.credentials?.find((one) => one.name === name) ?? {};
			return typeof testedBy === 'string' && methods?.credentialTest?.[testedBy] ? [testedBy] : [];
		});
		expect(tested ? ['request'] : byNodes).not.toEqual([]);
	});
});

const PATHS = [
	'',
	'/',
	'//',
	'/?a=b#c',
	'/rest/api/3',
	'/rest/api/2/issue/',
	'/api/v2',
	'/api/v2/tickets.json',
	'/sub/',
];
const NOW = ['/api/now', '/api/now/v2/table/incident', '/api/now/table/', '/nav_to.do'];

test.each([
	['triageFreshserviceApi', /\/api\/v2(?:\/tickets(?:\.json)?)?$/iu],
	['triageJiraCloudApi', /\/rest\/api\/(?:2|3|latest)(?:\/issue)?$/iu],
	['triageJiraServerApi', /\/rest\/api\/(?:2|3|latest)(?:\/issue)?$/iu],
	['triageServiceNowApi', /\/api\/now(?:\/v\d+)?(?:\/table(?:\/([a-z0-9_]+))?)?\/?$/iu],
	['triageZendeskApi', /\/api\/v2(?:\/tickets(?:\.json)?)?$/iu],
])('the test of %s asks at the address that a delivery goes to', (name, api) => {
	const { baseURL } = pack.loader.getCredential(name).type.test?.request ?? {};
	for (const path of [...PATHS, ...NOW]) {
		const url = `https://desk.example.com${path}`;
		expect(resolved(String(baseURL), { url: ` ${url}` })).toBe(connectorSite(url, api));
	}
});
