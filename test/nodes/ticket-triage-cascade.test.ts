import type { IDataObject } from 'n8n-workflow';
import { startFakeGemini, type FakeGemini } from '../../fake-gemini/server';
import { loadPackage, type Case, type Package } from '../helpers/n8n';

const SURE = { title: 'Laptop', description: 'VPN and wifi do not work on my laptop, cannot log in' };
const UNSURE = {
	title: 'Contract of the new colleague',
	description: 'Who has to sign, and where do I send the bill?',
};

let pack: Package;
let gemini: FakeGemini;

beforeAll(async () => {
	pack = await loadPackage();
});

beforeEach(async () => {
	gemini = await startFakeGemini({ latencyMs: 5, perTicketMs: 0 });
});

afterEach(async () => {
	await gemini.close();
});

async function triage(items: IDataObject[], parameters: Case['parameters'] = {}, more: Partial<Case> = {}) {
	const credentials = { triageGeminiApi: { baseUrl: gemini.url, apiKey: 'fake' } };
	const wanted = { engine: 'cascade', threshold: 0.2, simplify: false, ...parameters };
	const ran = await pack.run({ node: 'ticketTriage', items, credentials, parameters: wanted, ...more });
	return { ...ran, triages: (ran.json[0] ?? []).map(({ triage: one }) => one as IDataObject) };
}

const table = (...names: string[]) => ({
	departmentSource: 'define',
	departments: { department: names.map((name) => ({ name, description: `What ${name} does`, examples: '' })) },
});

describe('Cascade', () => {
	test('asks Gemini only about tickets the local model is unsure of, and says why not', async () => {
		const { triages, error } = await triage([SURE, UNSURE, SURE]);
		expect(error).toBeUndefined();
		expect(gemini.requests.map((request) => request.tickets)).toEqual([1]);
		expect(triages[0]).toMatchObject({ classifier: 'local', department: 'IT', tokens: { input: 0, output: 0 } });
		expect(triages[0].reasons).toContainEqual(
			expect.stringMatching(/^Gemini did not decide: the local model was sure/u),
		);
		expect((triages[1].tokens as IDataObject).input).toBeGreaterThan(0);
	});

	test('the local answer counts where Gemini has none, and the reason is told', async () => {
		gemini.next('forbidden');
		const { triages, error } = await triage([UNSURE]);
		expect(error).toBeUndefined();
		expect(triages[0].classifier).toBe('local');
		expect(triages[0].reasons).toContainEqual(expect.stringContaining('Gemini did not decide: Gemini answered 403'));
	});

	test('with a department that the local model does not know Gemini reads every ticket, and there is no way back', async () => {
		const parameters = table('Sales', 'IT');
		const { triages } = await triage([SURE], parameters);
		expect(triages[0]).toMatchObject({ classifier: 'gemini', classified_as: 'IT' });
		gemini.next('forbidden');
		const { error } = await triage([SURE], parameters);
		expect(error?.message).toContain('Gemini answered 403');
	});

	test('without a credential that is said, and nobody falls back in silence', async () => {
		const { error } = await triage([UNSURE], {}, { credentials: {} });
		expect(error?.message).toContain('credential');
	});
});

describe('departments of a table', () => {
	test('the local model takes names of the default seven in any case, and leaves the rest to General', async () => {
		const { json, error } = await triage([SURE], { engine: 'local', ...table('it', 'Finance') });
		expect(error).toBeUndefined();
		expect(json[0][0].triage).toMatchObject({ department: 'it', classifier: 'local' });
	});

	test('the local model refuses departments it does not know, and names them and the way out', async () => {
		const { error } = await triage([SURE], { engine: 'local', ...table('IT', 'Sales', 'Design') });
		expect(error?.message).toContain('not "Sales", "Design": set Engine to Gemini or Cascade [item 0]');
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'a table that cannot be used is each item’s error, on no department’s branch: %s',
		async (onError) => {
			const parameters = { outputs: 'perDepartment', ...table('IT', 'it', 'Finance') };
			const items = [
				{ id: 1, ...SURE },
				{ id: 2, ...UNSURE },
			];
			const { json, error } = await triage(items, parameters, { onError });
			expect(error).toBeUndefined();
			expect(json).toHaveLength(onError === 'continueErrorOutput' ? 5 : 4);
			expect(json.slice(0, -1).flat()).toEqual([]);
			expect(json[json.length - 1]).toMatchObject([{ id: 1 }, { id: 2 }]);
			expect(json[json.length - 1][0].error).toContain('Name of department 2 is that of department 1');
		},
	);

	test.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'each item leaves once, by its own branch: %s',
		async (onError) => {
			const parameters = { engine: 'gemini', outputs: 'perDepartment', threshold: 0, ...table('Sales', 'IT') };
			const bad = { id: 2, title: '' };
			const items = [{ id: 1, ...SURE }, ...(onError === 'stopWorkflow' ? [] : [bad]), { id: 3, ...SURE }];
			const { json } = await triage(items, parameters, { onError });
			const ids = json.map((output) => output.map(({ id }) => id));
			const failed = onError === 'continueRegularOutput' ? [[2]] : onError === 'continueErrorOutput' ? [[], [2]] : [[]];
			expect(ids).toEqual([[], [1, 3], [], ...failed]);
		},
	);
});

describe('departments from JSON', () => {
	test('each item has its own, and all leave by one output', async () => {
		const parameters = {
			engine: 'gemini',
			outputs: 'perDepartment',
			departmentSource: 'json',
			departmentsJson: '={{ $json.list }}',
		};
		const items = [
			{ ...SURE, list: ['IT', 'Sales'] },
			{ ...SURE, list: '[{"name":"Support"}]' },
			{ ...SURE, list: 'nonsense' },
		];
		const { json, outputs } = await triage(items, parameters, { onError: 'continueRegularOutput' });
		expect(outputs).toHaveLength(1);
		expect(json[0].map(({ triage: one }) => (one as IDataObject | undefined)?.classified_as)).toEqual([
			'IT',
			expect.stringMatching(/^(?:Support|General)$/u),
			undefined,
		]);
		expect(json[0][2].error).toContain('Departments (JSON) must be an array');
	});
});
