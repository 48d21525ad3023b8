import { CONNECTORS } from '../core/connectors';

/** Whether this version can deliver to the system. */
export function hasConnector(system: string): boolean {
	return Object.hasOwn(CONNECTORS, system);
}
