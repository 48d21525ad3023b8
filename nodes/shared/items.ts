import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { mapInOrder } from './in-order';
import { toNodeError } from './node-errors';
import { cancelled, isCancelled } from './wait';

/** What became of an input item. */
export interface Outcome<T> {
	item: INodeExecutionData;
	/** What the work returned, or null where it failed and On Error says to go on. */
	added: T | null;
}

/**
 * Does the work for every input item, at most `limit` at a time, and adds to each item's json what it returns.
 * @throws NodeApiError or NodeOperationError of the first item that fails, unless On Error says to go on; an execution
 * that was cancelled goes on in no case
 */
export async function forEachItem<T extends IDataObject>(
	context: IExecuteFunctions,
	limit: number,
	work: (index: number) => Promise<T>,
): Promise<Outcome<T>[]> {
	const items = context.getInputData();
	return await mapInOrder(items.length, limit, async (index): Promise<Outcome<T>> => {
		try {
			if (isCancelled(context)) throw cancelled();
			const added = await work(index);
			return { item: withJson(items, index, { ...items[index].json, ...added }), added };
		} catch (error) {
			const nodeError = toNodeError(context.getNode(), error, index);
			if (!context.continueOnFail() || isCancelled(context)) throw nodeError;
			return { item: failedItem(context, index, nodeError.message), added: null };
		}
	});
}

/**
 * An item as On Error wants it. n8n-core (workflow-execute.js) empties the json of items that carry `error`, so the
 * message goes into the json. With continueErrorOutput n8n takes items whose json is nothing but `error` for the error
 * output and puts the input's json back itself (handleNodeErrorOutput).
 */
function failedItem(context: IExecuteFunctions, index: number, message: string): INodeExecutionData {
	const items = context.getInputData();
	const separate = context.getNode().onError === 'continueErrorOutput';
	return withJson(items, index, separate ? { error: message } : { ...items[index].json, error: message });
}

function withJson(items: INodeExecutionData[], index: number, json: IDataObject): INodeExecutionData {
	const { binary } = items[index];
	return { json, pairedItem: { item: index }, ...(binary ? { binary } : {}) };
}
