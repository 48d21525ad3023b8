import type { Locator, Page } from 'playwright-core';

/** What n8n calls the node Manual Trigger on the canvas. */
export const START = 'When clicking ‘Execute workflow’';

/** n8n's editor as a person uses it; parameters are named as in the node, everything else as on the screen. */
export interface Editor {
	openNewWorkflow(): Promise<void>;
	openWorkflow(id: string): Promise<void>;
	/** Opens the node panel where it is closed. */
	search(words: string): Promise<void>;
	/** A node that the node panel has found. Of one with several events n8n leaves Trigger out of the name. */
	found(name: string): Locator;
	/** From the node panel to the canvas; its form opens where it has one. */
	addNode(name: string): Promise<void>;
	node(name: string): Locator;
	openForm(node: string): Promise<void>;
	closeForm(): Promise<void>;
	/** The form of the open node or credential. */
	form: Form;
	/** The names beside a node's outputs, from above. */
	outputsOf(node: string): Promise<string[]>;
	/** Runs the whole workflow; resolves when n8n says how it ended. */
	execute(): Promise<string>;
	/** Of the open node, one for each column and row. */
	outputTable(): Promise<{ columns: string[]; rows: string[][] }>;
	/** From the open node to the form of a new credential. */
	openNewCredential(): Promise<void>;
	/** Saves it: OK where n8n closes the form after its test, and else what the form says. */
	saveCredential(): Promise<string>;
}

export interface Form {
	root(): Locator;
	/** `row` counts from 0 where a table repeats the parameter. */
	field(parameter: string, row?: number): Locator;
	fill(parameter: string, value: string, row?: number): Promise<void>;
	choose(parameter: string, option: string, row?: number): Promise<void>;
	/** What a list offers; leaves it closed. */
	optionsOf(parameter: string, row?: number): Promise<string[]>;
	switchOn(parameter: string): Promise<void>;
	addRow(table: string): Promise<void>;
	/** The entries of a list that is fetched; they may still be on their way. */
	openList(parameter: string): Promise<Locator>;
	/** Controls that reach into another one or out of the form, and labels that are not shown whole. */
	misfits(): Promise<string[]>;
}

export function createEditor(page: Page): Editor {
	const byId = (id: string): Locator => page.getByTestId(id);
	const openPanel = byId('canvas-add-button').or(byId('node-creator-plus-button'));
	const open = async (path: string, sign: Locator): Promise<void> => {
		await page.goto(path);
		await sign.first().waitFor();
	};
	const node = (name: string): Locator => page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	const found = (name: string): Locator => {
		const [, start] = /^(.+) Trigger$/u.exec(name) ?? [];
		const isShort = start !== undefined && start !== 'Manual';
		const item = byId(isShort ? 'node-creator-action-item' : 'node-creator-node-item');
		return item.getByTestId('node-creator-item-name').getByText(isShort ? start : name, { exact: true });
	};
	const credential = page.getByRole('dialog').filter({ has: byId('credential-edit-dialog') });
	const form = createForm(page, byId('credential-edit-dialog').or(byId('node-parameters')).last());
	return {
		openNewWorkflow: async () => await open('/workflow/new', byId('canvas-add-button')),
		openWorkflow: async (id) => await open(`/workflow/${id}`, byId('canvas-node')),
		async search(words) {
			const bar = byId('node-creator-search-bar');
			if (!(await bar.isVisible())) await openPanel.first().click();
			await bar.fill(words);
		},
		found,
		async addNode(name) {
			await found(name).click();
			const details = page.getByRole('button', { name: 'Add to workflow' });
			const added = node(name === 'Manual Trigger' ? START : name);
			await details.or(added).first().waitFor();
			if (await details.isVisible()) await details.click();
			await added.waitFor({ state: 'attached' });
		},
		node,
		async openForm(name) {
			await node(name).dblclick();
			await byId('node-parameters').waitFor();
		},
		async closeForm() {
			await byId('ndv-close-button').click();
			await byId('ndv').waitFor({ state: 'detached' });
		},
		form,
		outputsOf: async (name) => await node(name).getByTestId('canvas-node-output-handle').allInnerTexts(),
		async execute() {
			await byId('execute-workflow-button').click();
			const said = page.getByText(/^(?:Workflow executed successfully|Problem in node.*|Error.*)$/u);
			return await said.first().innerText();
		},
		async outputTable() {
			const panel = byId('output-panel');
			await panel.getByRole('radio', { name: 'Table' }).click();
			const table = panel.getByTestId('ndv-data-container').locator('table');
			const columns = await table.locator('thead th').allInnerTexts();
			const rows = await table.locator('tbody tr').all();
			const cells = await Promise.all(rows.map(async (row) => await row.locator('td').allInnerTexts()));
			return { columns, rows: cells };
		},
		async openNewCredential() {
			const none = byId('node-credentials-empty-state');
			const some = byId('node-credentials-select');
			await none.or(some).first().click();
			if (!(await none.isVisible())) await byId('node-credentials-select-item-new').click();
			await byId('credential-edit-dialog').waitFor();
		},
		async saveCredential() {
			const tested = page.waitForResponse(/\/rest\/credentials\/test$/u);
			await byId('credential-save-button').click();
			const { data } = (await (await tested).json()) as { data: { status: string; message: string } };
			if (data.status === 'OK') {
				await byId('credential-edit-dialog').waitFor({ state: 'detached' });
				return 'OK';
			}
			const [details, message] = [credential.getByText('More details'), credential.getByText(data.message)];
			await details.or(message).first().waitFor();
			if (await details.isVisible()) await details.click();
			return await message.innerText();
		},
	};
}

function createForm(page: Page, root: Locator): Form {
	const field = (parameter: string, row = 0): Locator => root.getByTestId(`parameter-input-${parameter}`).nth(row);
	const option = page.getByRole('option').filter({ visible: true });
	return {
		root: () => root,
		field,
		fill: async (parameter, value, row) => await field(parameter, row).locator('input, textarea').first().fill(value),
		async choose(parameter, name, row) {
			await field(parameter, row).click();
			await option
				.filter({ hasText: new RegExp(`^\\s*${name}`, 'u') })
				.first()
				.click();
			await page.keyboard.press('Escape');
		},
		async optionsOf(parameter, row) {
			await field(parameter, row).click();
			await option.first().waitFor();
			const names = await option.allInnerTexts();
			await page.keyboard.press('Escape');
			return names.map((text) => text.split('\n')[0]);
		},
		switchOn: async (parameter) => await field(parameter).getByRole('switch').click(),
		addRow: async (table) =>
			await root.getByTestId(`fixed-collection-${table}`).getByTestId('fixed-collection-add').click(),
		async openList(parameter) {
			await field(parameter).getByTestId('rlc-input').click();
			return page.getByTestId('rlc-item');
		},
		misfits: async () => await root.evaluate(findMisfits),
	};
}

/** What the page tells of an element; this project has no types of browsers. */
interface Shown {
	textContent: string | null;
	scrollWidth: number;
	clientWidth: number;
	contains(other: Shown): boolean;
	getBoundingClientRect(): Record<'top' | 'right' | 'bottom' | 'left' | 'width', number>;
	querySelectorAll(selector: string): Iterable<Shown>;
}

/** Runs in the page. */
function findMisfits(form: Shown): string[] {
	const box = (one: Shown) => one.getBoundingClientRect();
	const all = (selector: string) => [...form.querySelectorAll(selector)].filter((one) => box(one).width > 0);
	const said = (what: string, one: Shown): string => `${what}: ${(one.textContent ?? '').trim().slice(0, 80)}`;
	const items = all('[data-test-id="parameter-item"], .parameter-item');
	const isOutside = (one: Shown) => box(one).left < box(form).left - 1 || box(one).right > box(form).right + 1;
	const overlaps = (one: Shown, i: number): boolean =>
		items
			.slice(i + 1)
			.filter((other) => !one.contains(other) && !other.contains(one))
			.some((other) => Math.min(box(one).bottom, box(other).bottom) - Math.max(box(one).top, box(other).top) > 1);
	const texts = all('label, span, div').filter(({ textContent }) => (textContent ?? '').trim() !== '');
	const isCut = (one: Shown): boolean => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1;
	return [
		...items.filter(isOutside).map((one) => said('outside', one)),
		...items.filter(overlaps).map((one) => said('overlapping', one)),
		...texts.filter(isCut).map((one) => said('cut', one)),
	];
}
