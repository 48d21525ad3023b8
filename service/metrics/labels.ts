import { CONNECTORS } from '../../core/connectors';
import { ERROR_CODES } from '../../core/errors';
import { hasConnector } from '../connectors';

/** Whose calls are counted from the start; the inbox is never called. */
export const SYSTEMS: readonly string[] = [...Object.keys(CONNECTORS).filter((system) => system !== 'inbox'), 'gemini'];

/** How a call fails: it is this service that says what is no ticket. */
export const FAILURES = ERROR_CODES.filter((code) => code !== 'invalid_ticket');

/** How a call to another system ends. */
export const OUTCOMES: readonly string[] = ['success', ...FAILURES, 'bug'];

/** A label for any system name: what no connector knows is `other`. */
export function systemLabel(system: string): string {
	return system === 'gemini' || hasConnector(system) ? system : 'other';
}

/** A label for any department: those that are not configured, or not any more, are `other`; what never got one `none`. */
export function departmentLabels(departments: readonly string[]): (department: string | null) => string {
	const known = new Set(departments);
	return (department) => (department === null ? 'none' : known.has(department) ? department : 'other');
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** A label for any method: rare ones are `other`. */
export function methodLabel(method: string): string {
	return METHODS.includes(method) ? method : 'other';
}
