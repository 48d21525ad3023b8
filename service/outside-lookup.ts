import { TriageError } from '../core/errors';

type Lookup = (name: string) => string | undefined;

/**
 * Values of `${NAME}` in mappings and subscriptions: of names that `allowed` has, as `JIRA_TOKEN` or `JIRA_*`, and never of
 * `own` ones, with which the service itself is configured. Who may write mappings is not to read the rest of the environment that way.
 * @throws TriageError misconfigured, saying what to do
 */
export function outsideLookup(lookup: Lookup, { allowed, own }: Record<'allowed' | 'own', readonly string[]>): Lookup {
	return (name) => {
		if (own.includes(name)) throw refusal(name, 'belongs to the service itself');
		if (!isAmong(allowed, name)) throw refusal(name, 'is not among ALLOWED_REFERENCES: add it there');
		return lookup(name);
	};
}

/** Whether one of the patterns, `NAME` or `BEGINNING*`, is for the name. */
export function isAmong(patterns: readonly string[], name: string): boolean {
	return patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
}

function refusal(name: string, why: string): TriageError {
	return new TriageError('misconfigured', `The mapping refers to ${name}, which ${why}`);
}
