import { NodeHelpers, type INode, type INodeParameters, type INodeProperties, type INodeType } from 'n8n-workflow';
import { SYSTEMS } from '../../fake-targets';
import { findConnector } from '../../core/connectors';
import { loadPackage } from '../helpers/n8n';

const TYPE = 'n8n-nodes-ticket-triage.routeTicket';

async function loadForm() {
	const { loader } = await loadPackage();
	const type = loader.getNode('routeTicket').type as INodeType;
	return { loader, ...type, description: type.description };
}

/** Credentials that the editor shows for such parameters. */
async function pickers(parameters: INodeParameters): Promise<string[]> {
	const { description } = await loadForm();
	const node: INode = { id: '1', name: 'R', type: TYPE, typeVersion: 1, position: [0, 0], parameters };
	const all = NodeHelpers.getNodeParameters(description.properties, parameters, true, false, node, description) ?? {};
	const shown = (description.credentials ?? []).filter((one) =>
		NodeHelpers.displayParameter(all, one, node, description),
	);
	return shown.map(({ name }) => name);
}

test('a new node asks for no credential; each system selected asks for its own', async () => {
	expect(await pickers({})).toEqual([]);
	expect(await pickers({ systems: ['jira', 'slack_webhook'] })).toEqual([
		'triageJiraCloudApi',
		'triageSlackWebhookApi',
	]);
	expect(await pickers({ mappingSource: 'service', systems: ['jira'] })).toEqual(['triageServiceApi']);
});

test('every picker can be had, is of a type of the package, and its test exists', async () => {
	const { loader, description, methods } = await loadForm();
	const systems = description.properties.find(({ name }) => name === 'systems')?.options ?? [];
	const entries = systems.map((option) => ('value' in option ? option.value : ''));
	const names = (description.credentials ?? []).map(({ name }) => name);
	expect(new Set([...(await pickers({ systems: entries as string[] })), 'triageServiceApi'])).toEqual(new Set(names));
	for (const { name, testedBy } of description.credentials ?? []) {
		const { test } = loader.getCredential(name).type;
		expect([name, test !== undefined || typeof methods?.credentialTest?.[String(testedBy)] === 'function']).toEqual([
			name,
			true,
		]);
	}
});

test('a row offers every system of the core, by name', async () => {
	const { description } = await loadForm();
	const mappings = description.properties.find(({ name }) => name === 'mappings');
	const [{ values }] = mappings?.options as { values: INodeProperties[] }[];
	const options = (values.find(({ name }) => name === 'system')?.options ?? []) as { name: string; value: string }[];
	expect(options.map(({ value }) => value).sort()).toEqual([...SYSTEMS, 'inbox'].sort());
	expect(options.map(({ value }) => findConnector(value).system)).toEqual(options.map(({ value }) => value));
	const names = options.map(({ name }) => name.toLowerCase());
	expect(names).toEqual([...names].sort());
});

test('an agent can use the node as a tool', async () => {
	const { description } = await loadForm();
	expect(description.usableAsTool).toBe(true);
});
