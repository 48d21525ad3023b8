import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { testHttp, testSlackWebhook, testTeamsWebhook } from '../shared/credential-tests';
import { forEachItem } from '../shared/items';
import { hintsOf } from './hints';
import { properties } from './properties';
import { routeItem } from './route-item';

/** One after the other: when an item stops the workflow, nothing after it has been sent. */
const ITEMS_AT_A_TIME = 1;

/** From the root: a field whose values all show credentials by its bare name n8n takes for one of signing in, and hides it. */
const show = (system: string) => ({ show: { '/mappingSource': ['table'], '/systems': [system] } });

export class RouteTicket implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Route Ticket',
		name: 'routeTicket',
		icon: { light: 'file:routeTicket.svg', dark: 'file:routeTicket.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle:
			'={{ ($parameter["mappingSource"] === "service" ? "Triage Service" : "Mappings") + ($parameter["dryRun"] === true ? ", dry run" : "") }}',
		description: 'Hand a triaged ticket to the system of the team that takes care of it',
		defaults: { name: 'Route Ticket' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// Only what is selected is shown: nine pickers for one mapping would bury the form.
		credentials: [
			{ name: 'triageServiceApi', required: true, displayOptions: { show: { '/mappingSource': ['service'] } } },
			{ name: 'triageFreshserviceApi', required: true, displayOptions: show('freshservice') },
			{ name: 'triageHttpApi', required: true, displayOptions: show('http'), testedBy: 'testHttp' },
			{ name: 'triageJiraCloudApi', required: true, displayOptions: show('jira') },
			{ name: 'triageJiraServerApi', required: true, displayOptions: show('jira_server') },
			{ name: 'triageServiceNowApi', required: true, displayOptions: show('servicenow') },
			{ name: 'triageSlackBotApi', required: true, displayOptions: show('slack_bot') },
			{
				name: 'triageSlackWebhookApi',
				required: true,
				displayOptions: show('slack_webhook'),
				testedBy: 'testSlackWebhook',
			},
			{ name: 'triageTeamsWebhookApi', required: true, displayOptions: show('teams'), testedBy: 'testTeamsWebhook' },
			{ name: 'triageZendeskApi', required: true, displayOptions: show('zendesk') },
		],
		hints: [
			{
				message: 'Without a mapping every ticket waits for a person, and nothing is sent: add one under Mappings.',
				type: 'info',
				location: 'ndv',
				whenToDisplay: 'beforeExecution',
				displayCondition:
					'={{ $parameter["mappingSource"] === "table" && !$parameter["mappings"]?.["mapping"]?.length }}',
			},
		],
		properties,
	};

	methods = { credentialTest: { testHttp, testSlackWebhook, testTeamsWebhook } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const outcomes = await forEachItem(this, ITEMS_AT_A_TIME, async (index) => await routeItem(this, index));
		this.addExecutionHints(...hintsOf(outcomes.map(({ added }) => added?.route ?? null)));
		return [outcomes.map(({ item }) => item)];
	}
}
