import type { IDataObject } from 'n8n-workflow';
import { loadPackage, type Case, type Package } from '../helpers/n8n';

const IT_TEXT = 'VPN and wifi do not work on my laptop, cannot log in';
const NO_TICKET = { unrelated: true };

let pack: Package;

beforeAll(async () => {
	pack = await loadPackage();
});

async function triage(items: Case['items'], parameters: Case['parameters'] = {}, more: Partial<Case> = {}) {
	const defined = { ticketFields: 'defined', threshold: 0.2, simplify: false };
	return await pack.run({ node: 'ticketTriage', items, parameters: { ...defined, ...parameters }, ...more });
}

describe('Ticket Triage, local engine', () => {
	test('keeps the json of the item and adds the result under triage', async () => {
		const { json, outputs, error } = await triage([{ subject: 'My laptop', text: IT_TEXT, n: 7 }]);
		expect(error).toBeUndefined();
		expect(json).toHaveLength(1);
		expect(json[0][0]).toMatchObject({ subject: 'My laptop', text: IT_TEXT, n: 7 });
		expect(json[0][0].triage).toEqual({
			department: 'IT',
			confidence: expect.any(Number) as number,
			needs_review: false,
			effective_priority: 'medium',
			reasoning: expect.stringContaining('IT') as string,
			classifier: 'local',
			priority: 'medium',
			suggested_priority: { priority: 'medium', reasons: ['nothing in it asks for another'] },
			language: 'en',
			classified_as: 'IT',
			alternatives: expect.any(Array) as unknown[],
			model: expect.any(String) as string,
			tokens: { input: 0, output: 0 },
			reasons: [expect.stringContaining('reaches the threshold 0.20') as string],
		});
		expect(outputs[0][0].pairedItem).toEqual({ item: 0 });
	});

	test('Simplify, which is the default, leaves what a workflow goes on with', async () => {
		const { json } = await pack.run({ node: 'ticketTriage', items: [{ subject: 'My laptop', text: IT_TEXT }] });
		expect(json[0][0].triage).toEqual({
			department: 'IT',
			confidence: expect.any(Number) as number,
			needs_review: false,
			effective_priority: 'medium',
			reasoning: expect.any(String) as string,
			classifier: 'local',
		});
	});

	test('reads title, description, priority and threshold from expressions, each item its own', async () => {
		const parameters = {
			title: '={{ $json.head }}',
			description: '={{ $json.lines.join("\\n") }}',
			priority: '={{ $json.urgency }}',
			threshold: '={{ $json.least }}',
		};
		const { json, error } = await triage(
			[
				{ head: 'Laptop', lines: [IT_TEXT], urgency: 'HIGH', least: 0.1 },
				{ head: 'Laptop', lines: [IT_TEXT], urgency: ' Low ', least: 1 },
			],
			parameters,
		);
		expect(error).toBeUndefined();
		expect(json[0].map((item) => item.triage)).toMatchObject([
			{ priority: 'high', needs_review: false, department: 'IT' },
			{ priority: 'low', needs_review: true, department: 'General', classified_as: 'IT' },
		]);
	});

	test.each([
		['only a title', { title: IT_TEXT }],
		['only a description', { description: `\n\n${IT_TEXT}\nmore lines` }],
		['a long description on one line', { description: `${IT_TEXT} ${'and so on '.repeat(40)}` }],
		['a priority that is null', { title: IT_TEXT, priority: null }],
	])('takes %s', async (_, item: IDataObject) => {
		const { json, error } = await triage([item], { priority: '={{ $json.priority }}' });
		expect(error).toBeUndefined();
		expect(json[0][0].triage).toMatchObject({ department: 'IT', priority: 'medium' });
	});

	test('a safety rule raises the priority above the given one', async () => {
		const { json } = await triage([{ title: 'Smell of gas in the kitchen' }], { priority: 'low' });
		expect(json[0][0].triage).toMatchObject({
			department: 'Facilities',
			priority: 'low',
			effective_priority: 'critical',
		});
	});

	test('keeps binary data', async () => {
		const photo = { data: 'aGk=', mimeType: 'text/plain' };
		const { outputs } = await triage([{ json: { title: IT_TEXT }, binary: { photo } }]);
		expect(outputs[0][0].binary?.photo.mimeType).toBe('text/plain');
	});

	test.each([
		[{ threshold: 1.5 }, 'Confidence Threshold must be a number from 0 to 1 [item 0]'],
		[{ threshold: '={{ "much" }}' }, 'Confidence Threshold must be a number from 0 to 1 [item 0]'],
		[{ priority: '={{ "urgent" }}' }, 'Priority must be one of low, medium, high, critical [item 0]'],
		[{ title: '={{ ["a"] }}', description: IT_TEXT }, 'Title must be a text [item 0]'],
		[
			{ title: 'x'.repeat(201), priority: '={{ "urgent" }}', email: 'nobody', threshold: 2 },
			'This item is no ticket: Title must have at most 200 characters, has 201; Email must be an e-mail address such as ana@example.com; Priority must be one of low, medium, high, critical; Confidence Threshold must be a number from 0 to 1 [item 0]',
		],
		[{ title: 'x'.repeat(201) }, 'Title must have at most 200 characters, has 201 [item 0]'],
	])('says what is wrong with %j', async (parameters, message) => {
		const { error } = await triage([{ title: IT_TEXT }], parameters as Case['parameters']);
		expect(error?.message).toContain(message);
		expect(error?.description).toMatch(/^Check /u);
	});

	test('100 items: none is lost, order and pairedItem stay', async () => {
		const items = Array.from({ length: 100 }, (_, n) => ({ n, title: `${IT_TEXT} ${n}` }));
		const { json, outputs } = await triage(items);
		expect(json[0].map(({ n }) => n)).toEqual(items.map(({ n }) => n));
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(items.map(({ n }) => ({ item: n })));
	});
});

describe('Ticket Triage, On Error', () => {
	const items = [
		{ id: 'a', title: IT_TEXT },
		{ id: 'b', ...NO_TICKET },
		{ id: 'c', title: IT_TEXT },
	];
	const failure = { id: 'b', unrelated: true, error: expect.stringContaining('Title must not be empty') as string };

	test('stop: the workflow fails with message, description and the item', async () => {
		const { error, run } = await triage(items, {}, { onError: 'stopWorkflow' });
		expect(run.status).toBe('error');
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toMatch(/^This item is no ticket: .*\[item 1\]$/u);
		expect(error?.description).toContain('Check what the fields of this node give');
		expect(error?.context.itemIndex).toBe(1);
	});

	test('continue: the item keeps its place and json in the only output', async () => {
		const { error, json, outputs } = await triage(items, {}, { onError: 'continueRegularOutput' });
		expect(error).toBeUndefined();
		expect(json).toHaveLength(1);
		expect(json[0].map(({ id }) => id)).toEqual(['a', 'b', 'c']);
		expect(json[0][1]).toEqual(failure);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	});

	test('continue with outputs per department: the item goes to Needs Review', async () => {
		const parameters = { outputs: 'perDepartment' };
		const { json } = await triage([items[1], items[0]], parameters, { onError: 'continueRegularOutput' });
		expect(json).toHaveLength(8);
		expect(json[0].map(({ id }) => id)).toEqual(['a']);
		expect(json[7]).toEqual([failure]);
	});

	test.each(['one', 'perDepartment'])('continue with the error output, outputs: %s', async (outputs) => {
		const ran = await triage(items, { outputs }, { onError: 'continueErrorOutput' });
		const last = ran.json.length - 1;
		expect(last).toBe(outputs === 'one' ? 1 : 8);
		expect(ran.json[0].map(({ id }) => id)).toEqual(['a', 'c']);
		expect(ran.json[last]).toEqual([failure]);
		expect(ran.outputs[last][0].pairedItem).toEqual({ item: 1 });
		expect(ran.json.slice(1, last).flat()).toEqual([]);
	});

	test('an expression that throws is an item that failed as well', async () => {
		const parameters = { title: '={{ JSON.parse($json.title) }}' };
		const wanted = [{ title: '"a laptop"' }, { title: 'no json' }];
		const { json, error } = await triage(wanted, parameters, { onError: 'continueErrorOutput' });
		expect(error).toBeUndefined();
		expect(json.map((output) => output.length)).toEqual([1, 1]);
		expect(json[1][0].title).toBe('no json');
	});
});
