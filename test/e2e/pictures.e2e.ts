import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import type { INode, INodeParameters } from 'n8n-workflow';
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../helpers/service';
import { openBrowser, type OpenBrowser } from './browser';
import { createEditor, START, type Editor } from './editor';
import { readExample } from './example';
import { signIn, type N8nClient, type WorkflowFile } from './n8n-client';

const URL = String(process.env.E2E_N8N_URL);
const KEPT = join(__dirname, '../../docs/pictures');
const EXAMPLES = readdirSync(join(__dirname, '../../examples'))
	.filter((name) => name.endsWith('.json'))
	.map((name) => name.replace(/\.json$/u, ''));
const FORMS = ['ticket-triage', 'route-ticket', 'credential', 'outputs-by-department', 'result'];
const MOST_BYTES = 150_000;
const MARGIN = 32;

const folder = process.env.E2E_PICTURES === '1' ? KEPT : mkdtempSync(join(tmpdir(), 'pictures-'));
let n8n: N8nClient;
let browser: OpenBrowser;
let page: Page;
let editor: Editor;

beforeAll(async () => {
	mkdirSync(folder, { recursive: true });
	n8n = await signIn(URL);
	browser = await openBrowser(URL, n8n);
});
beforeEach(async () => {
	({ page } = await browser.newTab());
	editor = createEditor(page);
});
afterEach(async () => await page.close());
afterAll(async () => await browser?.close());

/** Nothing but what is on the canvas, and not that credentials are still to be chosen. */
const CANVAS_ALONE = `
	body * { visibility: hidden; }
	.vue-flow__transformationpane, .vue-flow__transformationpane * { visibility: visible; }
	[data-test-id="canvas-node-toolbar"], [data-test-id^="execute-workflow-button"], [data-test-id="node-issues"] {
		display: none !important;
	}`;

async function takeCanvas(name: string, workflow: WorkflowFile): Promise<void> {
	await page.setViewportSize({ width: 1850, height: 1300 });
	await editor.openWorkflow(await n8n.importWorkflow(workflow));
	await page.getByTestId('zoom-to-fit').click();
	await page.addStyleTag({ content: CANVAS_ALONE });
	const parts = page.locator('.vue-flow__node, .vue-flow__node *');
	const clip = await eventually(async () => {
		const [before, after] = [await frameOf(parts), await frameOf(parts)];
		return before.x === after.x && before.width === after.width ? after : undefined;
	}, 'the canvas to stand still');
	await page.screenshot({ path: join(folder, `${name}.png`), clip });
}

interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** What holds all of them, with a margin. */
async function frameOf(parts: Locator): Promise<Box> {
	const boxes: Box[] = await parts.evaluateAll((all: { getBoundingClientRect(): { toJSON(): Box } }[]) =>
		all.map((one) => one.getBoundingClientRect().toJSON()),
	);
	const shown = boxes.filter(({ width, height }) => width > 0 && height > 0);
	const [x, y] = [Math.min(...shown.map((box) => box.x)), Math.min(...shown.map((box) => box.y))];
	const right = Math.max(...shown.map((box) => box.x + box.width));
	const bottom = Math.max(...shown.map((box) => box.y + box.height));
	return { x: x - MARGIN, y: y - MARGIN, width: right - x + 2 * MARGIN, height: bottom - y + 2 * MARGIN };
}

const TICKETS = [
	'VPN drops every ten minutes',
	'Heating in room 204 stays cold',
	'My payslip shows the wrong tax class',
].map((title) => ({ title }));
const TRIAGED = {
	...TICKETS[0],
	ticket_id: 'TKT-4F2A90C3D1B84E67A5F0',
	triage: { department: 'IT', effective_priority: 'medium', needs_review: false },
};

type Neighbour = Pick<INode, 'name' | 'type' | 'position' | 'parameters'>;

/** A trigger with tickets, one of the package's nodes behind it, and what its outputs lead to. */
function workflowWith(name: string, parameters: INodeParameters, targets: string[] = []): WorkflowFile {
	const type = `n8n-nodes-ticket-triage.${name === 'Ticket Triage' ? 'ticketTriage' : 'routeTicket'}`;
	const middle = Math.max(0, (targets.length - 1) * 80);
	const nodes: Neighbour[] = [
		{ name: START, type: 'n8n-nodes-base.manualTrigger', position: [0, middle], parameters: {} },
		{ name, type, position: [220, middle], parameters },
		...targets.map((target, i): Neighbour => {
			return { name: target, type: 'n8n-nodes-base.noOp', position: [520, 160 * i], parameters: {} };
		}),
	];
	const items = name === 'Ticket Triage' ? TICKETS : [TRIAGED];
	const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];
	return {
		name: `Picture of ${name}`,
		nodes: nodes.map((node) => ({ ...node, id: node.name, typeVersion: 1 })),
		connections: { [START]: { main: [to(name)] }, [name]: { main: targets.map(to) } },
		settings: { executionOrder: 'v1' },
		pinData: { [START]: items.map((json) => ({ json })) },
	};
}

describe('pictures of the canvas', () => {
	test.each(EXAMPLES)('%s', async (name) => {
		await takeCanvas(name, readExample(name));
		expectPicture(name, { width: [500, 2200], height: [150, 1500] });
	});

	test('outputs by department', async () => {
		const departments = { department: ['Marketing', 'Fleet'].map((name) => ({ name })) };
		const parameters = { engine: 'gemini', departmentSource: 'define', departments, outputs: 'perDepartment' };
		const targets = ['Tell Marketing', 'Tell the drivers', 'Tell the service desk', 'Ask a person'];
		await takeCanvas('outputs-by-department', workflowWith('Ticket Triage', parameters, targets));
		expectPicture('outputs-by-department', { width: [500, 1000], height: [400, 900] });
	});
});

describe('pictures of forms', () => {
	async function open(name: string, parameters: INodeParameters, height: number, width = 1400): Promise<void> {
		await page.setViewportSize({ width, height });
		await editor.openWorkflow(await n8n.importWorkflow(workflowWith(name, parameters)));
		await editor.openForm(name);
		await page.mouse.move(0, 0);
	}

	/** The form of the open node, from its tabs to its last field. */
	async function takeForm(name: string): Promise<void> {
		const form = page.getByTestId('node-parameters');
		const fields = await frameOf(form.locator('[data-test-id="parameter-item"], .parameter-item'));
		const { x, width } = await frameOf(form);
		const { y } = await frameOf(page.getByTestId('tab-params'));
		const [left, right] = [x + MARGIN, x + width - MARGIN];
		const clip = { x: left, y: y + 16, width: right - left, height: fields.y + fields.height - y - 16 };
		await page.screenshot({ path: join(folder, `${name}.png`), clip });
	}

	test('Ticket Triage', async () => {
		await open('Ticket Triage', { engine: 'local' }, 1000);
		await takeForm('ticket-triage');
		expectPicture('ticket-triage', { width: [350, 500], height: [300, 700] });
	});

	test('Route Ticket', async () => {
		const mapping = { department: 'IT', system: 'jira', team: 'IT Support', projectKey: 'HELP' };
		await open('Route Ticket', { systems: ['jira'], mappings: { mapping: [mapping] } }, 2000);
		await takeForm('route-ticket');
		expectPicture('route-ticket', { width: [350, 500], height: [1000, 1800] });
	});

	test('a credential', async () => {
		await open('Route Ticket', { systems: ['jira'] }, 900);
		await editor.openNewCredential();
		await editor.form.fill('url', 'https://acme.atlassian.net');
		await editor.form.fill('email', 'helpdesk@example.com');
		await editor.form.fill('apiToken', 'not-a-token');
		await page.mouse.move(0, 0);
		await editor.form.field('apiToken').locator('input').blur();
		const dialog = page.locator('.el-dialog').filter({ has: editor.form.root() });
		await dialog.screenshot({ path: join(folder, 'credential.png') });
		expectPicture('credential', { width: [600, 1100], height: [400, 800] });
	});

	test('a result', async () => {
		await open('Ticket Triage', { engine: 'local' }, 720, 1700);
		await editor.closeForm();
		await editor.execute();
		await page.addStyleTag({ content: '.el-notification { display: none !important; }' });
		await editor.openForm('Ticket Triage');
		expect((await editor.outputTable()).rows).toHaveLength(TICKETS.length);
		await page.getByTestId('output-panel').screenshot({ path: join(folder, 'result.png') });
		expectPicture('result', { width: [400, 900], height: [300, 700] });
	});
});

test('the documentation has each picture', () => {
	const wanted = [...EXAMPLES, ...FORMS].map((name) => `${name}.png`);
	const kept = readdirSync(KEPT).filter((name) => name.endsWith('.png'));
	expect(kept.sort()).toEqual(wanted.sort());
});

type Range = [least: number, most: number];

function expectPicture(name: string, { width, height }: { width: Range; height: Range }): void {
	const png = readFileSync(join(folder, `${name}.png`));
	const size = { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
	for (const [side, [least, most]] of [
		['width', width],
		['height', height],
	] as const) {
		expect({ side, pixels: size[side], isWanted: size[side] >= least && size[side] <= most }).toMatchObject({
			isWanted: true,
		});
	}
	expect(png.length).toBeLessThanOrEqual(MOST_BYTES);
	expect(shareOfEdges(png)).toBeGreaterThan(0.01);
}

/** A PNG holds differences to the neighbours: how many are not zero. What is blank has next to none. */
function shareOfEdges(png: Buffer): number {
	const data: Buffer[] = [];
	for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
		if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
			data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
	}
	const differences = inflateSync(Buffer.concat(data));
	return differences.filter((byte) => byte !== 0).length / differences.length;
}
