import {
	NodeConnectionTypes,
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { properties } from './properties';
import { receive } from './receive';
import { isSubscribed, subscribe, unsubscribe } from './subscribing';

export class TicketTriageTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Ticket Triage Trigger',
		name: 'ticketTriageTrigger',
		icon: { light: 'file:ticketTriageTrigger.svg', dark: 'file:ticketTriageTrigger.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ $parameter["events"].map((event) => ({ corrected: "Corrected", failed: "Failed", needs_review: "Needs Review", settled: "Settled" })[event] ?? event).join(", ") }}',
		description: 'Starts the workflow when the triage service has settled a ticket or needs a person for it',
		defaults: { name: 'Ticket Triage Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'triageServiceApi', required: true }],
		// There is nobody to give the address to: the node does.
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				path: 'webhook',
				rawBody: true,
				ndvHideUrl: true,
				ndvHideMethod: true,
			},
		],
		activationMessage: 'The triage service now tells this workflow what happens to tickets.',
		triggerPanel: {
			header: '',
			executionsHelp: {
				inactive:
					'<b>While building</b>, click the button, then let the triage service settle a ticket or send a test event (POST /subscriptions/:id/test). <br /><br /><b>Once you’re happy</b>, publish the workflow: from then on each event starts it. Test events do not.',
				active:
					'<b>While building</b>, click the button, then let the triage service settle a ticket or send a test event (POST /subscriptions/:id/test). <br /><br /><b>The workflow is published</b>: each event starts it, and appears in the <a data-key="executions">list of executions</a>. Test events do not.',
			},
			activationHint: 'Once you’ve finished building, publish the workflow: from then on each event starts it.',
		},
		properties,
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await isSubscribed(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await subscribe(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await unsubscribe(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this);
	}
}
