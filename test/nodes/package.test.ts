import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { NodeHelpers, Workflow, type INode, type INodeType } from 'n8n-workflow';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { loadPackage, type Package } from '../helpers/n8n';

const ROOT = resolve(__dirname, '../..');
const { n8n } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { n8n: Record<string, string[]> };

let pack: Package;

beforeAll(async () => {
	pack = await loadPackage();
});

function outputsOf(parameters: INode['parameters'], onError?: INode['onError']) {
	const type = 'n8n-nodes-ticket-triage.ticketTriage';
	const node: INode = {
		id: '1',
		name: 'T',
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		...(onError ? { onError } : {}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes: pack.nodeTypes });
	const description = (pack.loader.getNode('ticketTriage').type as INodeType).description;
	return NodeHelpers.getNodeOutputs(workflow, workflow.nodes.T, description);
}

test('the outputs of Ticket Triage follow its parameter', () => {
	const names = [...DEFAULT_DEPARTMENTS.map(({ name }) => name), 'Needs Review'];
	const perDepartment = names.map((displayName) => ({ type: 'main', displayName }));
	expect(outputsOf({})).toEqual([{ type: 'main' }]);
	expect(outputsOf({ outputs: 'perDepartment' })).toEqual(perDepartment);
	expect(outputsOf({ outputs: 'perDepartment' }, 'continueErrorOutput')).toHaveLength(names.length + 1);
});

test.each([
	['ticketTriage', true],
	['routeTicket', true],
	['ticketTriageTrigger', undefined],
])('%s has icons, codex and documentation; whether it is a tool: %s', (name, isTool) => {
	const { type, sourcePath } = pack.loader.getNode(name);
	const { usableAsTool, iconUrl, codex, subtitle } = (type as INodeType).description;
	expect(usableAsTool).toBe(isTool);
	expect(subtitle).toBeTruthy();
	expect(codex?.categories).toContain('Productivity');
	expect(JSON.stringify(iconUrl)).toContain(`${name}.dark.svg`);
	for (const file of [`${name}.svg`, `${name}.dark.svg`]) {
		expect(existsSync(join(ROOT, dirname(sourcePath), file))).toBe(true);
	}
});

test('the credential is tested against the list of models, with the key in a header', () => {
	const { type } = pack.loader.getCredential('triageGeminiApi');
	expect(type.test?.request).toMatchObject({ baseURL: '={{$credentials.baseUrl}}', url: '/v1beta/models?pageSize=1' });
	expect(type.authenticate).toMatchObject({
		properties: { headers: { 'x-goog-api-key': '={{$credentials.apiKey}}' } },
	});
	expect(type.properties.find(({ name }) => name === 'apiKey')?.typeOptions?.password).toBe(true);
	expect(type.supportedNodes).toEqual(['ticketTriage']);
});

test('loading the nodes does not load the model; classifying does', () => {
	const script = `
		const loaded = () => Object.keys(require.cache).some((file) => file.endsWith('model.json'));
		for (const file of ${JSON.stringify([...n8n.nodes, ...n8n.credentials])}) require('./' + file);
		const before = loaded();
		require('./dist/core/local').loadShippedReader().then(() => console.log(JSON.stringify([before, loaded()])));
	`;
	const out = execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
	expect(JSON.parse(out)).toEqual([false, true]);
});
