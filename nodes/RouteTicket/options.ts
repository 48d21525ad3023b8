import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { TriageError } from '../../core/errors';
import { isRecord } from '../../core/json';

export const MAXIMUM_WAIT = 'Maximum Wait';
const DEFAULT_WAIT_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 3600;

export interface Options {
	lookForExisting: boolean;
	/** Seconds. */
	maximumWait: number;
}

export const optionsProperty: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Look for an Existing Ticket',
			name: 'lookForExisting',
			type: 'boolean',
			default: true,
			description:
				'Whether to ask the system first if it already has the ticket, so that running again makes no second one. Done for items that bring a ticket ID, where the system can be asked: not Slack, Teams and HTTP.',
		},
		{
			displayName: MAXIMUM_WAIT,
			name: 'maximumWait',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: LONGEST_WAIT_SECONDS },
			default: DEFAULT_WAIT_SECONDS,
			description:
				'How many seconds an item waits in all, where the system says that it gets too many requests, or for Triage Service to be done',
		},
	],
};

/** @throws TriageError misconfigured */
export function readOptions(context: IExecuteFunctions, index: number): Options {
	const given = context.getNodeParameter('options', index, {});
	const { lookForExisting = true, maximumWait = DEFAULT_WAIT_SECONDS } = isRecord(given) ? given : {};
	const seconds = Number(maximumWait);
	if (!(seconds >= 0 && seconds <= LONGEST_WAIT_SECONDS)) {
		throw new TriageError('misconfigured', `${MAXIMUM_WAIT} must be a number from 0 to ${LONGEST_WAIT_SECONDS}`);
	}
	return { lookForExisting: lookForExisting === true, maximumWait: seconds };
}
