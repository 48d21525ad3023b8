import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { forEachItem } from '../shared/items';
import { branchNames, OUTPUTS, toBranches } from '../shared/outputs';
import { hintsOf } from './hints';
import { searchModels } from './models';
import { properties } from './properties';
import { readSettings } from './settings';
import { createTriage } from './triage';

export class TicketTriage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Ticket Triage',
		name: 'ticketTriage',
		icon: { light: 'file:ticketTriage.svg', dark: 'file:ticketTriage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ cascade: "Cascade", gemini: "Gemini", service: "Triage Service" })[$parameter["engine"]] ?? "Local" }}',
		description: 'Find the department an internal ticket belongs to, and say how sure that is',
		defaults: { name: 'Ticket Triage' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: OUTPUTS,
		credentials: [
			{ name: 'triageGeminiApi', required: true, displayOptions: { show: { engine: ['cascade', 'gemini'] } } },
			{ name: 'triageServiceApi', required: true, displayOptions: { show: { engine: ['service'] } } },
		],
		properties,
	};

	methods = { listSearch: { searchModels } };

	/** Whatever fails is an item's, and never the node's: n8n would pass the input on by the first output. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { itemsAtATime, triageItem, withoutGemini } = createTriage(this, readSettings(this));
		const outcomes = await forEachItem(this, itemsAtATime, triageItem);
		this.addExecutionHints(...hintsOf(outcomes, withoutGemini));
		const names = branchNames(this.getNode().parameters);
		if (names === null) return [outcomes.map(({ item }) => item)];
		return toBranches(
			outcomes.map(({ item, added }) => ({
				item,
				department: added === null || added.triage.needs_review ? null : added.triage.department,
			})),
			names,
		);
	}
}
