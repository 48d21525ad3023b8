import { TriageError } from '../errors';
import type { Connector } from './connector';
import { http } from './http';
import { inbox } from './inbox';

export const CONNECTORS: Record<string, Connector> = { inbox, http };

/** @throws TriageError misconfigured, naming the systems there are */
export function findConnector(system: string): Connector {
	const connector = Object.hasOwn(CONNECTORS, system) ? CONNECTORS[system] : undefined;
	if (connector) return connector;
	const known = Object.keys(CONNECTORS).join(', ');
	throw new TriageError('misconfigured', `There is no connector for the system "${system}". Known: ${known}`);
}
