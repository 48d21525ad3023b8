import { NodeConnectionTypes, type INodeExecutionData } from 'n8n-workflow';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';

export const ONE_OUTPUT = 'one';
export const OUTPUT_PER_DEPARTMENT = 'perDepartment';

const REVIEW_OUTPUT = 'Needs Review';
const DEPARTMENT_NAMES = DEFAULT_DEPARTMENTS.map(({ name }) => name);

const PER_DEPARTMENT = JSON.stringify(
	[...DEPARTMENT_NAMES, REVIEW_OUTPUT].map((displayName) => ({ type: NodeConnectionTypes.Main, displayName })),
);
const ONE = JSON.stringify([{ type: NodeConnectionTypes.Main }]);

/** For n8n to evaluate: the outputs follow the parameter of that name. */
export const OUTPUTS: `={{${string}}}` = `={{
	$parameter["outputs"] === "${OUTPUT_PER_DEPARTMENT}" ? ${PER_DEPARTMENT} : ${ONE}
}}`;

/** An item and the department whose branch it takes; null for a person's. */
export interface Branched {
	item: INodeExecutionData;
	department: string | null;
}

/** One list for each department in their order, and a last one for the items that a person must see. */
export function toBranches(items: readonly Branched[]): INodeExecutionData[][] {
	const branches: INodeExecutionData[][] = Array.from({ length: DEPARTMENT_NAMES.length + 1 }, () => []);
	for (const { item, department } of items) {
		const index = department === null ? -1 : DEPARTMENT_NAMES.indexOf(department);
		branches[index === -1 ? DEPARTMENT_NAMES.length : index].push(item);
	}
	return branches;
}
