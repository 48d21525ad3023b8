import type { INodeProperties } from 'n8n-workflow';

/** What the form calls a parameter. */
export function labelOf(properties: readonly INodeProperties[], name: string): string {
	return properties.find((property) => property.name === name)?.displayName ?? name;
}
