import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { forEachItem } from '../shared/items';
import { createSend } from '../shared/send';
import { properties } from './properties';
import { routeItem } from './route-item';

/** One after the other: when an item stops the workflow, nothing after it has been sent. */
const ITEMS_AT_A_TIME = 1;

export class RouteTicket implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Route Ticket',
		name: 'routeTicket',
		icon: { light: 'file:routeTicket.svg', dark: 'file:routeTicket.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["dryRun"] === true ? "Dry run" : "Deliver" }}',
		description: 'Hand a triaged ticket to the system of the team that takes care of it',
		defaults: { name: 'Route Ticket' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const send = createSend(this, 'The target system');
		const outcomes = await forEachItem(this, ITEMS_AT_A_TIME, async (index) => await routeItem(this, send, index));
		return [outcomes.map(({ item }) => item)];
	}
}
