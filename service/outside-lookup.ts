import { OWN_VARIABLES } from './http/mapping-body';

type Lookup = (name: string) => string | undefined;

/** What the service itself is configured with is not for mappings to carry outside, however they were written. */
export function outsideLookup(lookup: Lookup): Lookup {
	return (name) => (OWN_VARIABLES.includes(name) ? undefined : lookup(name));
}
