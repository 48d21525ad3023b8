import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';
import { isTool } from './agent';
import { mapInOrder } from './in-order';
import { forAgent, toNodeError } from './node-errors';
import { CANCELLED, isCancelled } from './wait';

/** What became of an input item. */
export interface Outcome<T> {
	item: INodeExecutionData;
	/** What the work returned, or null where it failed and On Error says to go on. */
	added: T | null;
}

/**
 * Does the work for every input item, at most `limit` at a time, and adds to each item's json what it returns; to an
 * agent, which knows what it asked, only that is given.
 * @throws NodeApiError or NodeOperationError of the first item that fails, unless On Error says to go on; an execution
 * that was cancelled goes on in no case
 */
export async function forEachItem<T extends IDataObject>(
	context: IExecuteFunctions,
	limit: number,
	work: (index: number) => Promise<T>,
): Promise<Outcome<T>[]> {
	const items = context.getInputData();
	const node = context.getNode();
	return await mapInOrder(items.length, limit, async (index): Promise<Outcome<T>> => {
		try {
			const added = await onceFor(items[index], node, async () => {
				if (isCancelled(context)) throw cancellation(node, index);
				return await work(index);
			});
			return { item: withJson(items, index, { ...given(items[index], node), ...added }), added };
		} catch (error) {
			if (isCancelled(context)) throw cancellation(node, index);
			const nodeError = isTool(node) ? forAgent(toNodeError(node, error, index)) : toNodeError(node, error, index);
			if (!context.continueOnFail()) throw nodeError;
			return { item: failedItem({ items, node }, index, nodeError.message), added: null };
		}
	});
}

/** By item and node: what the work returned. */
const DONE = new WeakMap<INodeExecutionData, { node: string; added: unknown }>();

/**
 * With Retry On Fail n8n-core (workflow-execute.js) runs a node again with the very same items, of which each run of a
 * node has its own: what was done for one of them, a delivery say, is not done a second time.
 */
async function onceFor<T>(item: INodeExecutionData, { id, retryOnFail }: INode, work: () => Promise<T>): Promise<T> {
	if (retryOnFail !== true) return await work();
	const before = DONE.get(item);
	if (before?.node === id) return before.added as T;
	const added = await work();
	DONE.set(item, { node: id, added });
	return added;
}

function cancellation(node: INode, itemIndex: number): NodeOperationError {
	return new NodeOperationError(node, CANCELLED, { itemIndex });
}

function given({ json }: INodeExecutionData, node: INode): IDataObject {
	return isTool(node) ? {} : json;
}

/**
 * An item as On Error wants it. n8n-core (workflow-execute.js) empties the json of items that carry `error`, so the
 * message goes into the json. With continueErrorOutput n8n takes items whose json is nothing but `error` for the error
 * output and puts the input's json back itself (handleNodeErrorOutput).
 */
function failedItem(
	{ items, node }: { items: INodeExecutionData[]; node: INode },
	index: number,
	message: string,
): INodeExecutionData {
	const separate = node.onError === 'continueErrorOutput';
	return withJson(items, index, { ...(separate ? {} : given(items[index], node)), error: message });
}

function withJson(items: INodeExecutionData[], index: number, json: IDataObject): INodeExecutionData {
	const { binary } = items[index];
	return { json, pairedItem: { item: index }, ...(binary ? { binary } : {}) };
}
