import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { forEachItem } from '../shared/items';
import { OUTPUT_PER_DEPARTMENT, OUTPUTS, toBranches } from '../shared/outputs';
import { createClassifiers } from './classifier';
import { properties } from './properties';
import { triageItem } from './triage';

/** Gemini's answers take seconds: this many items wait for theirs at a time. */
const ITEMS_AT_A_TIME = 5;

export class TicketTriage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Ticket Triage',
		name: 'ticketTriage',
		icon: { light: 'file:ticketTriage.svg', dark: 'file:ticketTriage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["engine"] === "gemini" ? "Gemini" : "Local" }}',
		description: 'Find the department an internal ticket belongs to, and say how sure that is',
		defaults: { name: 'Ticket Triage' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: OUTPUTS,
		credentials: [{ name: 'triageGeminiApi', required: true, displayOptions: { show: { engine: ['gemini'] } } }],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const classifiersFor = createClassifiers(this);
		const outcomes = await forEachItem(
			this,
			ITEMS_AT_A_TIME,
			async (index) => await triageItem(this, classifiersFor(index), index),
		);
		if (this.getNodeParameter('outputs', 0, '') !== OUTPUT_PER_DEPARTMENT) return [outcomes.map(({ item }) => item)];
		return toBranches(
			outcomes.map(({ item, added }) => ({
				item,
				department: added === null || added.triage.needs_review ? null : added.triage.department,
			})),
		);
	}
}
