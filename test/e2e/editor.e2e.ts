import { createTarget } from '../../fake-targets';
import { CLOUD_EMAIL, CLOUD_TOKEN } from '../../fake-targets/jira';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { DEFAULT_MODELS } from '../../fake-gemini/models';
import { startFakeGemini, type FakeGemini } from '../../fake-gemini/server';
import { eventually, startService, type RunningService } from '../helpers/service';
import { openBrowser, type OpenBrowser, type Tab } from './browser';
import { createEditor, type Editor } from './editor';
import { readExample } from './example';
import { signIn, type N8nClient } from './n8n-client';

const URL = String(process.env.E2E_N8N_URL);
const SERVICE_KEY = 'a-key-of-at-least-sixteen';

let n8n: N8nClient;
let browser: OpenBrowser;
let tab: Tab;
let editor: Editor;

beforeAll(async () => {
	n8n = await signIn(URL);
	browser = await openBrowser(URL, n8n);
});
beforeEach(async () => {
	tab = await browser.newTab();
	editor = createEditor(tab.page);
});
afterEach(async () => {
	const { complaints } = tab;
	await tab.page.close();
	// n8n answers 500 where a list cannot be loaded, as with the wrong key.
	expect(complaints.filter((one) => !one.includes('/resource-locator-results'))).toEqual([]);
});
afterAll(async () => await browser?.close());

/** A canvas with a trigger and one of the package's nodes, whose form is open. */
async function openWith(name: string): Promise<void> {
	await editor.openNewWorkflow();
	await editor.search('Manual Trigger');
	await editor.addNode('Manual Trigger');
	await editor.search(name);
	await editor.addNode(name);
}

describe('the node panel', () => {
	const all = ['Ticket Triage', 'Ticket Triage Trigger', 'Route Ticket'];

	test.each([
		['ticket', all],
		['triage', ['Ticket Triage', 'Ticket Triage Trigger']],
		['help desk', all],
		['service desk', all],
		['classify', ['Ticket Triage']],
		['department', ['Ticket Triage']],
		['deliver', ['Route Ticket']],
		['needs review', ['Ticket Triage Trigger']],
	])('finds by %s: %j', async (words, names) => {
		await editor.openNewWorkflow();
		await editor.search(words);
		for (const name of names) await editor.found(name).waitFor();
		const counts = await Promise.all(all.map(async (name) => await editor.found(name).count()));
		expect(counts).toEqual(all.map((name) => (names.includes(name) ? 1 : 0)));
	});

	test('offers each event of the trigger, which is then selected', async () => {
		await editor.openNewWorkflow();
		await editor.search('triage');
		await editor.found('Ticket Triage Trigger').click();
		await tab.page.getByText('On ticket needs review', { exact: true }).click();
		await editor.node('Ticket Triage Trigger').waitFor({ state: 'attached' });
		expect(await editor.form.field('events').innerText()).toContain('Ticket Needs Review');
		expect(await editor.form.misfits()).toEqual([]);
	});
});

describe('credentials', () => {
	let service: RunningService;
	let jira: RunningTarget;
	let gemini: FakeGemini;

	beforeAll(async () => {
		service = await startService({ TRIAGE_API_KEYS: `n8n:${SERVICE_KEY}` });
		jira = await startFakeTarget(createTarget('jira'));
		gemini = await startFakeGemini({ apiKey: 'right', latencyMs: 0 });
	});
	afterAll(async () => await Promise.all([service, jira, gemini].map(async (one) => await one.close())));

	test('of the triage service', async () => {
		await openWith('Ticket Triage');
		await editor.form.choose('engine', 'Triage Service');
		await editor.openNewCredential();
		await editor.form.fill('url', URL);
		await editor.form.fill('apiKey', 'a-key-of-somebody-else');
		expect(await editor.saveCredential()).toContain('There is no Triage Service at this URL');
		await editor.form.fill('url', service.url);
		expect(await editor.saveCredential()).toContain('The triage service refused the API key');
		await editor.form.fill('apiKey', SERVICE_KEY);
		expect(await editor.saveCredential()).toBe('OK');
	});

	test('of Jira Cloud', async () => {
		await openWith('Route Ticket');
		await editor.form.choose('systems', 'Jira Cloud');
		await editor.openNewCredential();
		await editor.form.fill('url', URL);
		await editor.form.fill('email', CLOUD_EMAIL);
		await editor.form.fill('apiToken', 'wrong');
		expect(await editor.saveCredential()).toContain('There is no Jira Cloud at this URL');
		await editor.form.fill('url', jira.url);
		expect(await editor.saveCredential()).toContain('Jira refused the email or the API token');
		await editor.form.fill('apiToken', CLOUD_TOKEN);
		expect(await editor.saveCredential()).toBe('OK');
	});

	test('of Gemini, whose models are listed', async () => {
		await openWith('Ticket Triage');
		await editor.form.choose('engine', 'Gemini');
		await editor.openNewCredential();
		await editor.form.fill('baseUrl', gemini.url);
		await editor.form.fill('apiKey', 'wrong');
		expect(await editor.saveCredential()).toContain('Gemini refused the API key');
		await editor.form.fill('apiKey', 'right');
		expect(await editor.saveCredential()).toBe('OK');
		const models = await editor.form.openList('model');
		const listed = await eventually(async () => {
			const names = await models.allInnerTexts();
			return names.length === DEFAULT_MODELS.length ? names : undefined;
		}, 'the list of models');
		// n8n shows the selected one first, if it knows it before the others.
		expect([...listed].sort()).toEqual([...DEFAULT_MODELS].sort());
	});
});

describe('the canvas', () => {
	test('has an output for each department that is added', async () => {
		await openWith('Ticket Triage');
		await editor.form.choose('outputs', 'One per Department');
		await editor.closeForm();
		expect(await editor.outputsOf('Ticket Triage')).toEqual([
			...['IT', 'HR', 'Finance', 'Facilities', 'Legal', 'Security', 'General', 'Needs Review'],
		]);
		await editor.openForm('Ticket Triage');
		await editor.form.choose('departmentSource', 'Define Below');
		for (const [i, name] of ['Marketing', 'Fleet'].entries()) {
			await editor.form.addRow('departments');
			await editor.form.fill('name', name, i);
		}
		await editor.closeForm();
		expect(await editor.outputsOf('Ticket Triage')).toEqual(['Marketing', 'Fleet', 'General', 'Needs Review']);
	});
});

describe('the forms', () => {
	test('of Ticket Triage has nothing that is cut or covered', async () => {
		await openWith('Ticket Triage');
		await editor.form.choose('ticketFields', 'Defined Below');
		for (const engine of await editor.form.optionsOf('engine')) {
			await editor.form.choose('engine', engine);
			for (const source of await editor.form.optionsOf('departmentSource')) {
				await editor.form.choose('departmentSource', source);
				if (source === 'Define Below') await editor.form.addRow('departments');
				expect({ engine, source, misfits: await editor.form.misfits() }).toEqual({ engine, source, misfits: [] });
			}
		}
	});

	test('of Route Ticket lets choose whose mappings are used', async () => {
		await openWith('Route Ticket');
		await editor.form.choose('mappingSource', 'Triage Service');
		expect(await editor.form.root().innerText()).toContain('Triage Service (Ticket Triage)');
	});

	test('of Route Ticket has nothing that is cut or covered', async () => {
		await openWith('Route Ticket');
		await editor.form.choose('ticketFields', 'Defined Below');
		await editor.form.addRow('mappings');
		for (const system of await editor.form.optionsOf('system')) {
			await editor.form.choose('system', system);
			expect({ system, misfits: await editor.form.misfits() }).toEqual({ system, misfits: [] });
		}
	});

	test('are known to be spoilt', async () => {
		await openWith('Route Ticket');
		const spoil = async (content: string): Promise<string[]> => {
			const style = await tab.page.addStyleTag({ content });
			const misfits = await editor.form.misfits();
			await style.evaluate((element: { remove(): void }) => element.remove());
			return [...new Set(misfits.map((misfit) => misfit.split(':')[0]))];
		};
		const field = '[data-test-id="parameter-item"]';
		expect(await spoil(`${field} { margin-bottom: -20px; }`)).toEqual(['overlapping']);
		expect(await spoil(`${field} { position: relative; left: -40px; }`)).toEqual(['outside']);
		expect(await spoil(`${field} label { max-width: 30px; overflow: hidden; white-space: nowrap; }`)).toContain('cut');
	});
});

describe('icons', () => {
	test.each(['light', 'dark'] as const)('are drawn in the theme %s', async (theme) => {
		const own = theme === 'light' ? tab : await browser.newTab(theme);
		editor = createEditor(own.page);
		await editor.openWorkflow(await n8n.importWorkflow(readExample('triage-and-route')));
		for (const name of ['Ticket Triage', 'Route Ticket']) {
			const icon = editor.node(name).locator('img');
			expect(await icon.getAttribute('src')).toMatch(theme === 'dark' ? /\.dark\.svg$/u : /[a-z]\.svg$/u);
			expect((await icon.boundingBox())?.width).toBeGreaterThanOrEqual(40);
		}
		expect(own.complaints).toEqual([]);
	});
});

test('a run shows in the output panel what was decided', async () => {
	await editor.openWorkflow(await n8n.importWorkflow(readExample('triage-and-route')));
	expect(await editor.execute()).toBe('Workflow executed successfully');
	await editor.openForm('Ticket Triage');
	const { columns, rows } = await editor.outputTable();
	expect(columns.slice(0, 4)).toEqual(['subject', 'text', 'email', 'triage']);
	expect(rows.map((cells) => /department:(\w+)/u.exec(cells[3])?.[1])).toEqual(['IT', 'Facilities', 'General']);
});
