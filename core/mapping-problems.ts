import { CONNECTORS } from './connectors';
import { paceProblems } from './connectors/common/settings';
import { findDepartment, withFallback, type Department } from './departments';
import { INBOX_MAPPING, type Mapping } from './mapping';
import type { Problem } from './parse';
import { resolveReferences } from './references';
import { PRIORITIES } from './ticket';

/**
 * Everything that keeps a mapping from being used, by the API's name of the field; empty where it cannot be told.
 * `ownVariables` are names that the host reads itself: no mapping may carry their values outside.
 */
export function mappingProblems(
	mapping: Mapping,
	departments: readonly Department[],
	ownVariables: readonly string[] = [],
): Problem[] {
	return [
		...departmentProblems(mapping, withFallback(departments)),
		...priorityProblems(mapping),
		...systemProblems(mapping),
		...ownVariableProblems(mapping, ownVariables),
	];
}

function departmentProblems({ department }: Mapping, departments: readonly Department[]): Problem[] {
	if (findDepartment(departments, department)) return [];
	return [{ field: 'department', message: `must be one of ${departments.map(({ name }) => name).join(', ')}` }];
}

function priorityProblems({ priorityThreshold }: Mapping): Problem[] {
	if (PRIORITIES.some((known) => known === priorityThreshold)) return [];
	return [{ field: 'priority_threshold', message: `must be one of ${PRIORITIES.join(', ')}` }];
}

/** Each connector knows its own settings; a system without one is never guessed at. */
function systemProblems(mapping: Mapping): Problem[] {
	const connector = Object.hasOwn(CONNECTORS, mapping.system) ? CONNECTORS[mapping.system] : undefined;
	if (!connector) return [{ field: 'system', message: `must be one of ${Object.keys(CONNECTORS).join(', ')}` }];
	const problems = [...connector.problems(mapping), ...paceProblems(mapping)];
	return problems.map((message) => ({ field: fieldOf(message), message }));
}

/** What a connector's sentence is about, in the API's words. */
const SUBJECTS: [RegExp, string][] = [
	[/\bendpoint\b/iu, 'api_endpoint'],
	[/\bheaders?\b/iu, 'api_headers'],
	[/\bmethod\b/iu, 'api_method'],
	[/\bsettings?\b/iu, 'settings'],
];

function fieldOf(message: string): string {
	const setting = /^settings\.\w+/u.exec(message);
	if (setting) return setting[0];
	return SUBJECTS.find(([subject]) => subject.test(message))?.[1] ?? '';
}

function ownVariableProblems({ endpoint, headers, settings }: Mapping, ownVariables: readonly string[]): Problem[] {
	const places: [string, Record<string, unknown>][] = [
		['api_endpoint', { endpoint }],
		['api_headers', headers],
		['settings', settings],
	];
	return places.flatMap(([field, values]) =>
		referencesIn(values)
			.filter((name) => ownVariables.includes(name))
			.map((name) => ({
				field,
				message: `must not refer to ${name}, which belongs to this service: put the value into a variable of another name`,
			})),
	);
}

/** The names that resolving would look up: asked of the very function that does it. */
function referencesIn(values: Record<string, unknown>): string[] {
	const names = new Set<string>();
	const nowhere = { ...INBOX_MAPPING, settings: values };
	resolveReferences(nowhere, (name) => {
		names.add(name);
		return name;
	});
	return [...names];
}
