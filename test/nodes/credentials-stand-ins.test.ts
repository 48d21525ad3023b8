/** What the stand-ins tell people to fill in in n8n, filled in there; and the other systems that a credential is for. */
import {
	NodeHelpers,
	type IDataObject,
	type INodeProperties,
	type INodePropertyCollection,
	type INodePropertyOptions,
} from 'n8n-workflow';
import { startFakeGemini } from '../../fake-gemini/server';
import { createTarget, SYSTEMS } from '../../fake-targets';
import { sampleCredentials, type Filled, type SampleCredential } from '../../fake-targets/sample-credential';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { testCredential } from '../helpers/credential-test';
import { loadPackage, type Package } from '../helpers/n8n';
import { startService } from '../helpers/service';

const SERVICE_KEY = 'a-key-of-n8n-1234';

let pack: Package;

beforeAll(async () => {
	pack = await loadPackage();
});

interface Running {
	url: string;
	close(): Promise<void>;
}

interface Subject {
	name: string;
	start(): Promise<Running>;
	sampleAt(url: string): SampleCredential;
}

const ofStandIn = (system: string, i: number): Subject => ({
	name: `${system}, ${sampleCredentials(system, '')[i].name}`,
	start: () => startFakeTarget(createTarget(system)),
	sampleAt: (url) => sampleCredentials(system, url)[i],
});
const STAND_INS = SYSTEMS.flatMap((system) => sampleCredentials(system, '').map((_, i) => ofStandIn(system, i)));
/** Those whose address is neither in the node nor itself the secret can be asked without a ticket. */
const isAskable = ({ sampleAt }: Subject): boolean =>
	Object.keys(sampleAt('').fields).some((label) => ['URL', 'Base URL'].includes(label));
const FORMS = STAND_INS.filter((subject) => !isAskable(subject));
const ASKABLE: Subject[] = [
	...STAND_INS.filter(isAskable),
	{
		name: 'Gemini',
		start: () => startFakeGemini({ apiKey: 'fake' }),
		sampleAt: (url) => ({ name: 'Gemini (Ticket Triage) API', fields: { 'Base URL': url, 'API Key': 'fake' } }),
	},
	{
		name: 'the triage service',
		start: () => startService({ TRIAGE_API_KEYS: `n8n:${SERVICE_KEY}` }),
		sampleAt: (url) => ({
			name: 'Triage Service (Ticket Triage) API',
			fields: { URL: url, 'API Key': SERVICE_KEY },
		}),
	},
];

const namesOf = (subjects: Subject[]): string[] => subjects.map(({ sampleAt }) => sampleAt('').name);

/** Values by the names of fields, from values by their labels. @throws where a form has no such label */
function typedInto(properties: INodeProperties[], filled: Filled): IDataObject {
	const entries = Object.entries(filled).map(([label, value]): [string, IDataObject[string]] => {
		const property = properties.find(({ displayName }) => displayName === label);
		if (!property) throw new Error(`The form has no field ${label}`);
		if (property.type !== 'options') return [property.name, value];
		const option = (property.options as INodePropertyOptions[]).find(({ name }) => name === value);
		if (!option) throw new Error(`${label} has no option ${String(value)}`);
		return [property.name, option.value];
	});
	return Object.fromEntries(entries);
}

/** The type of a credential, what its form holds for the sample, and which of its fields are secrets. */
function filledIn({ name, fields }: SampleCredential) {
	const known = Object.entries(pack.loader.credentialTypes);
	const [type, { type: credential }] = known.find(([, one]) => one.type.displayName === name)!;
	const secrets = credential.properties.filter(({ typeOptions }) => typeOptions?.password).map(({ name: key }) => key);
	return { type, data: typedInto(credential.properties, fields), secrets };
}

test('every type of credential is among them', () => {
	const types = Object.values(pack.loader.credentialTypes).map(({ type }) => type);
	const [asked, read] = [types.filter(({ test: one }) => one), types.filter(({ test: one }) => !one)];
	expect(new Set(namesOf(ASKABLE))).toEqual(new Set(asked.map(({ displayName }) => displayName)));
	expect(new Set(namesOf(FORMS))).toEqual(new Set(read.map(({ displayName }) => displayName)));
});

describe.each(ASKABLE)('$name', ({ start, sampleAt }) => {
	let running: Running;

	beforeAll(async () => {
		running = await start();
	});

	afterAll(() => running.close());

	/** What the button Test says with some fields filled in otherwise. */
	async function tested(url: string, changes: (secret: string) => IDataObject = () => ({})) {
		const { type, data, secrets } = filledIn(sampleAt(url));
		expect(secrets).toHaveLength(1);
		return await testCredential(pack, type, { ...data, ...changes(secrets[0]) });
	}

	test('lets in whoever fills in what it says', async () => {
		expect(await tested(running.url)).toEqual({ status: 'OK', message: 'Connection successful!' });
	});

	test.each(['xoxb-wrong', 'wröng'])('says of a wrong key that it is one: %s', async (wrong) => {
		const { status, message } = await tested(running.url, (secret) => ({ [secret]: wrong }));
		expect(status).toBe('Error');
		expect(message).toMatch(/ refused the /u);
		expect(message).not.toContain(wrong);
	});

	test.each(['/elsewhere', '/api'])('says of a wrong path that the address is wrong: %s', async (path) => {
		const { status, message } = await tested(`${running.url}${path}`);
		expect(status).toBe('Error');
		expect(message).toMatch(/^There is no .+ at this URL: compare it /u);
	});

	test('says of another server that the address is wrong', async () => {
		const other = await startFakeTarget(createTarget('teams'));
		const { status, message } = await tested(other.url);
		await other.close();
		expect(status).toBe('Error');
		expect(message).toMatch(/^There is no .+ at this URL: compare it /u);
	});
});

describe.each(FORMS)('$name', ({ start, sampleAt }) => {
	const tested = async (url: string, changes: IDataObject = {}) => {
		const { type, data } = filledIn(sampleAt(url));
		return await testCredential(pack, type, { ...data, ...changes });
	};

	test('is right as it says, which asks nobody', async () => {
		const running = (await start()) as RunningTarget;
		const { status, message } = await tested(running.url);
		await running.close();
		expect({ status, asked: running.requests }).toEqual({ status: 'OK', asked: [] });
		expect(message).toContain('Nothing was sent');
	});

	test('is wrong without what says that it is no public system, or with half a secret', async () => {
		const { status, message } = await tested('http://127.0.0.1:1', { anyHost: false, signingSecret: 'whsec_YQ==' });
		expect(status).toBe('Error');
		expect(message).toMatch(/^The (?:address|signing secret) must be/u);
	});
});

test.each(STAND_INS)('$name takes a ticket from Route Ticket', async ({ start, sampleAt, name }) => {
	const running = (await start()) as RunningTarget;
	const sample = sampleAt(running.url);
	const { type, data } = filledIn(sample);
	const { description } = NodeHelpers.getVersionedNodeType(pack.loader.getNode('routeTicket').type);
	const entry = description.credentials?.find((one) => one.name === type)?.displayOptions?.show?.['/systems'];
	const [table] = description.properties.find((one) => one.name === 'mappings')?.options as INodePropertyCollection[];
	const row = typedInto(table.values, sample.mapping ?? {});
	const { error } = await pack.run({
		node: 'routeTicket',
		items: [{ json: { title: 'Laptop', description: 'It is broken', triage: { department: 'IT' } } }],
		credentials: { [type]: data },
		parameters: { systems: entry, mappings: { mapping: [{ department: 'IT', system: name.split(',')[0], ...row }] } },
	} as Parameters<Package['run']>[0]);
	await running.close();
	expect(error).toBeUndefined();
	expect(running.target.tickets).toHaveLength(1);
});
