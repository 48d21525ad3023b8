import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INode } from 'n8n-workflow';
import type { Credential, Execution, N8nClient, WorkflowFile } from './n8n-client';

const EXAMPLES = join(__dirname, '../../examples');

/** What an example leaves to whoever uses it. */
export interface FilledIn {
	/** What stands in the place of the beginning of a parameter's text, such as an address; each must occur. */
	replace?: Record<string, string>;
	/** By the name of the node, which is enabled with them. */
	credentials?: Record<string, readonly Credential[]>;
	/** By the name of the node: what is switched on or off. */
	parameters?: Record<string, INode['parameters']>;
	/** In place of those pinned to the trigger. */
	items?: readonly IDataObject[];
}

/** An example in n8n. */
export interface ImportedExample {
	id: string;
	/** As it was imported. */
	file: WorkflowFile;
	/** Runs by hand from its trigger with the items pinned there. */
	run(): Promise<Execution>;
	/** Its webhooks and forms go live. */
	activate(): Promise<void>;
	/** Takes it out of the way of others: its webhooks and forms end. */
	archive(): Promise<void>;
}

export function readExample(name: string): WorkflowFile {
	return JSON.parse(readFileSync(join(EXAMPLES, `${name}.json`), 'utf8')) as WorkflowFile;
}

/** Imports examples/`name`.json under a name of its own, with nothing changed but what is to be filled in. */
export async function importExample(n8n: N8nClient, name: string, filledIn: FilledIn = {}): Promise<ImportedExample> {
	const example = readExample(name);
	const file = { ...withItems(fillIn(example, filledIn), filledIn.items), name: unique(example.name) };
	const id = await n8n.importWorkflow(file);
	return {
		id,
		file,
		run: async () => await n8n.run(id, triggerOf(file)),
		activate: async () => await n8n.activate(id),
		archive: async () => void (await n8n.post(`/rest/workflows/${id}/archive`, {})),
	};
}

/** For what many suites and runs make in the same n8n. */
export function unique(name: string): string {
	return `${name} ${randomUUID().slice(0, 8)}`;
}

/** A credential of this run. */
export async function credentialOf(n8n: N8nClient, type: string, data: IDataObject): Promise<Credential> {
	return await n8n.createCredential(unique(type), type, data);
}

/** @throws an error where the example has no such text or node */
function fillIn(file: WorkflowFile, { replace = {}, credentials = {}, parameters = {} }: FilledIn): WorkflowFile {
	const missing = new Set([replace, credentials, parameters].flatMap(Object.keys));
	const nodes = file.nodes.map((node): INode => {
		const own = credentials[node.name] ?? [];
		missing.delete(node.name);
		const texts = replaced(node.parameters, replace, missing) as INode['parameters'];
		const changed = { ...node, parameters: { ...texts, ...parameters[node.name] } };
		if (own.length === 0) return changed;
		const chosen = Object.fromEntries(own.map(({ type, id, name }) => [type, { id, name }]));
		return { ...changed, credentials: chosen, disabled: false };
	});
	if (missing.size > 0) throw new Error(`${file.name} has no ${[...missing].join(', ')}`);
	return { ...file, nodes };
}

/** Takes from `missing` what occurred. */
function replaced(value: unknown, replace: Record<string, string>, missing: Set<string>): unknown {
	if (typeof value === 'string') {
		const start = Object.keys(replace).find((one) => value.startsWith(one));
		if (start === undefined) return value;
		missing.delete(start);
		return replace[start] + value.slice(start.length);
	}
	if (Array.isArray(value)) return value.map((one) => replaced(one, replace, missing));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, replace, missing)]));
}

function withItems(file: WorkflowFile, items?: readonly IDataObject[]): WorkflowFile {
	if (items === undefined) return file;
	return { ...file, pinData: { [triggerOf(file)]: items.map((json) => ({ json })) } };
}

/** The one with pinned items. */
function triggerOf({ name, pinData = {} }: WorkflowFile): string {
	const [trigger] = Object.keys(pinData);
	if (trigger === undefined) throw new Error(`${name} has no trigger with pinned items`);
	return trigger;
}
