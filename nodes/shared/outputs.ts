import { NodeConnectionTypes, type INodeExecutionData } from 'n8n-workflow';
import { DEFAULT_DEPARTMENTS, FALLBACK_DEPARTMENT } from '../../core/departments';

export const ONE_OUTPUT = 'one';
export const OUTPUT_PER_DEPARTMENT = 'perDepartment';
export const REVIEW_OUTPUT = 'Needs Review';

const DEFAULT_NAMES = DEFAULT_DEPARTMENTS.map(({ name }) => name);

/** The parameters that the outputs hang on, as n8n keeps them: nobody has looked at them yet. */
interface OutputParameters {
	outputs?: unknown;
	departmentSource?: unknown;
	departments?: { department?: { name?: unknown }[] };
}

/**
 * The departments that have an output of their own, or null where all items leave by one. n8n evaluates this very
 * function as expression: it must not use anything from outside. Never throws: a wrong table has outputs too.
 */
function namesOfBranches(parameters: OutputParameters, defaults: string[], fallback: string): string[] | null {
	if (parameters.outputs !== 'perDepartment' || parameters.departmentSource === 'json') return null;
	if (parameters.departmentSource !== 'define') return defaults;
	const rows = parameters.departments?.department;
	const names: string[] = [];
	for (const row of Array.isArray(rows) ? rows : []) {
		const name = typeof row?.name === 'string' ? row.name.trim() : '';
		const isNew = !names.some((known) => known.toLowerCase() === name.toLowerCase());
		if (name !== '' && isNew && names.length < 50) names.push(name);
	}
	return names.some((name) => name.toLowerCase() === fallback.toLowerCase()) ? names : [...names, fallback];
}

/** For n8n to evaluate: the outputs follow the parameters Outputs, Departments and the table of departments. */
export const OUTPUTS: `={{${string}}}` = `={{
	((names) => (names === null ? [{ type: "${NodeConnectionTypes.Main}" }] : [...names, "${REVIEW_OUTPUT}"].map(
		(displayName) => ({ type: "${NodeConnectionTypes.Main}", displayName })
	)))((${namesOfBranches.toString()})($parameter, ${JSON.stringify(DEFAULT_NAMES)}, "${FALLBACK_DEPARTMENT}"))
}}`;

/** As the outputs: for the parameters of a node as they stand in the workflow, expressions unresolved. */
export function branchNames(parameters: OutputParameters): string[] | null {
	return namesOfBranches(parameters, DEFAULT_NAMES, FALLBACK_DEPARTMENT);
}

/** An item and the department whose branch it takes; null for a person's. */
export interface Branched {
	item: INodeExecutionData;
	department: string | null;
}

/** One list for each name in their order, and a last one for what a person must see or has no output. */
export function toBranches(items: readonly Branched[], names: readonly string[]): INodeExecutionData[][] {
	const indexes = new Map(names.map((name, i) => [name.toLowerCase(), i]));
	const branches: INodeExecutionData[][] = Array.from({ length: names.length + 1 }, () => []);
	for (const { item, department } of items) {
		branches[indexes.get(department?.trim().toLowerCase() ?? '') ?? names.length].push(item);
	}
	return branches;
}
