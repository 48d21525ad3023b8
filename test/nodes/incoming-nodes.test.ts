import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import type { Incoming } from '../../nodes/shared/incoming';
import { loadPackage, type Package } from '../helpers/n8n';

interface Fixture {
	name: string;
	item: IDataObject;
	expected: Incoming;
}

const FOLDER = join(__dirname, 'fixtures');
const FIXTURES = readdirSync(FOLDER)
	.flatMap((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Fixture[])
	.filter(({ expected }) => expected.title ?? expected.description);
const ITEMS = FIXTURES.map(({ item }) => item);

const MAPPING = { department: 'IT', system: 'http', url: 'https://desk.example.com/tickets', method: 'POST' };
const ROUTE: INodeParameters = {
	department: 'IT',
	needsReview: 'false',
	dryRun: true,
	mappings: { mapping: [MAPPING] },
};

let pack: Package;

beforeAll(async () => {
	pack = await loadPackage();
});

function bodiesOf(items: IDataObject[]): IDataObject[] {
	return items.map(({ route }) => {
		const { body } = (route as { request: { body: string } }).request;
		return JSON.parse(body) as IDataObject;
	});
}

test('Ticket Triage and then Route Ticket recognize the items of every node, without a field being set', async () => {
	const triaged = await pack.run({ node: 'ticketTriage', items: ITEMS });
	expect(triaged.error).toBeUndefined();
	expect(triaged.json[0].map(({ triage, ...item }) => [typeof triage, item])).toEqual(
		ITEMS.map((item) => ['object', item]),
	);

	const routed = await pack.run({ node: 'routeTicket', items: triaged.json[0], parameters: ROUTE });
	expect(routed.error).toBeUndefined();
	const expected = FIXTURES.map(({ expected: { title, description, email } }) => ({
		title: title ?? description?.split('\n')[0],
		description: description ?? title,
		...(email === undefined ? {} : { email }),
	}));
	expect(bodiesOf(routed.json[0])).toMatchObject(expected);
	const known = FIXTURES.map(({ expected: { ticketId } }) => ticketId ?? expect.stringMatching(/^TKT-[\dA-F]{32}$/u));
	expect(routed.json[0].map(({ route }) => (route as IDataObject).ticket_id)).toEqual(known);
});

test('the priority that an item tells is the one that Ticket Triage starts from', async () => {
	const { json } = await pack.run({ node: 'ticketTriage', items: ITEMS, parameters: { simplify: false } });
	const priorities = json[0].map(({ triage }) => (triage as IDataObject).priority);
	expect(priorities).toEqual(FIXTURES.map(({ expected }) => expected.priority ?? 'medium'));
});

test.each(['ticketTriage', 'routeTicket'])('%s says which item it does not recognize, and what to do', async (node) => {
	const { error } = await pack.run({ node, items: [{ title: 'VPN' }, { unrelated: true }] });
	expect(error?.message).toContain('This item is no ticket: title must not be empty');
	expect(error?.message).toContain('[item 1]');
	expect(error?.description).toMatch(/^Check /u);
});

test.each(['ticketTriage', 'routeTicket'])('%s: fields defined below replace what the item says', async (node) => {
	const item = { subject: 'Not this', textPlain: 'Nor this', from: 'not@example.com', mine: 'This' };
	const fields = { ticketFields: 'defined', title: '={{ $json.mine }}', description: '', email: 'yes@example.com' };
	const parameters = node === 'routeTicket' ? { ...ROUTE, ...fields } : fields;
	const { json, error } = await pack.run({ node, items: [item], parameters });
	expect(error).toBeUndefined();
	if (node === 'ticketTriage') return expect(json[0][0].triage).toBeDefined();
	expect(bodiesOf(json[0])).toMatchObject([{ title: 'This', description: 'This', email: 'yes@example.com' }]);
});

test.each(['ticketTriage', 'routeTicket'])('%s: an agent gives the fields, a workflow maps them', (name) => {
	const { description } = pack.loader.getNode(name).type as INodeType;
	const shownIn = (nodeType: INodeType['description']): unknown =>
		NodeHelpers.getNodeParameters(nodeType.properties, {}, true, false, null, nodeType);
	expect(shownIn(description)).toMatchObject({ ticketFields: 'automatic' });
	expect(shownIn(description)).not.toHaveProperty('title');
	expect(shownIn({ ...description, name: `${name}Tool` })).toMatchObject({
		ticketFields: 'defined',
		title: expect.any(String) as string,
		description: expect.any(String) as string,
		email: expect.any(String) as string,
	});
});
