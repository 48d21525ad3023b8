import type { INode, INodeProperties } from 'n8n-workflow';

/** What n8n's editor shows as "defined automatically by the model"; FROM_AI_AUTO_GENERATED_MARKER of n8n-workflow. */
const BY_MODEL = '/*n8n-auto-generated-fromAI-override*/';

/** Whether the node is the tool that n8n makes of it for agents: by the name that it gives its type. */
export function isTool({ type }: INode): boolean {
	return type.endsWith('Tool');
}

/** A parameter that in a tool is the agent's to fill in, as long as nobody says otherwise; `hint` is for the agent. */
export function filledByAgent(property: INodeProperties, hint: string): INodeProperties[] {
	return otherwiseInTool(property, `={{ ${BY_MODEL} $fromAI('${property.name}', \`${hint}\`, 'string') }}`);
}

/**
 * A parameter that in a tool is empty, as long as nobody says otherwise: n8n mixes into a tool's item whatever the model
 * says, so that what reads the item would be the model's to fill in.
 */
export function emptyForAgent(property: INodeProperties): INodeProperties[] {
	return otherwiseInTool(property, '');
}

function otherwiseInTool(property: INodeProperties, inTool: string): INodeProperties[] {
	const { show, hide } = property.displayOptions ?? {};
	return [
		{ ...property, displayOptions: { ...(show && { show }), hide: { ...hide, '@tool': [true] } } },
		{ ...property, displayOptions: { ...(hide && { hide }), show: { ...show, '@tool': [true] } }, default: inTool },
	];
}
