import type { IExecuteFunctions } from 'n8n-workflow';
import { DEFAULT_DEPARTMENTS, findDepartment, withFallback, type Department } from '../../core/departments';
import { TriageError } from '../../core/errors';
import { isRecord, readJson } from '../../core/json';
import { cleanLine, cleanText, codePoints, isVisible } from '../../core/text';
import { labelOf } from '../shared/labels';
import { REVIEW_OUTPUT } from '../shared/outputs';
import { departmentProperties, departmentRowProperties } from './department-properties';

const LIMITS = { departments: 50, name: 60, description: 1000, examples: 20, example: 300 } as const;

/** The departments of an item, General among them. @throws TriageError misconfigured with every problem */
export function readDepartments(context: IExecuteFunctions, index: number): readonly Department[] {
	const source = context.getNodeParameter('departmentSource', index, 'default');
	if (source === 'define') return parseDepartments(rowsOf(context.getNodeParameter('departments', index, {})));
	if (source !== 'json') return DEFAULT_DEPARTMENTS;
	const given = context.getNodeParameter('departmentsJson', index, '');
	return parseDepartments(typeof given === 'string' ? readJson(given) : given);
}

/**
 * A list of one's own: objects with name, description and examples (texts, or one text with a line each), or mere
 * names. General is added where it is missing. @throws TriageError misconfigured with every problem
 */
export function parseDepartments(list: unknown): readonly Department[] {
	if (!Array.isArray(list)) {
		const label = labelOf(departmentProperties, 'departmentsJson');
		throw misconfigured([`${label} must be an array of names, or of objects with name, description and examples`]);
	}
	if (list.length === 0 || list.length > LIMITS.departments) {
		const label = labelOf(departmentProperties, 'departments');
		throw misconfigured([`${label} must be 1 to ${LIMITS.departments}, and there are ${list.length}`]);
	}
	const departments = list.map(readDepartment);
	const problems = departments.flatMap((department, i) => problemsOf(department, i, departments));
	if (problems.length > 0) throw misconfigured(problems);
	return withFallback(departments);
}

/** The names that the local model was not trained for. */
export function unknownToLocal(departments: readonly Department[]): string[] {
	return departments.map(({ name }) => name).filter((name) => !findDepartment(DEFAULT_DEPARTMENTS, name));
}

function rowsOf(table: unknown): unknown {
	const rows = isRecord(table) ? table.department : undefined;
	return Array.isArray(rows) ? rows : [];
}

function readDepartment(entry: unknown): Department {
	const given = isRecord(entry) ? entry : { name: entry };
	const name = textOf(given.name, cleanLine);
	const description = textOf(given.description, cleanText);
	const lines: unknown[] = Array.isArray(given.examples)
		? given.examples
		: textOf(given.examples, cleanText).split('\n');
	return {
		name,
		description: isVisible(description) ? description : `Everything about ${name}.`,
		teams: [],
		examples: lines.map((line) => textOf(line, cleanLine)).filter(isVisible),
	};
}

function textOf(value: unknown, clean: (text: string) => string): string {
	return typeof value === 'string' || typeof value === 'number' ? clean(String(value)) : '';
}

function problemsOf({ name, description, examples }: Department, i: number, all: readonly Department[]): string[] {
	const [theName, theDescription, theExamples] = ['name', 'description', 'examples'].map(
		(field) => `${labelOf(departmentRowProperties, field)} of department ${i + 1}`,
	);
	if (!isVisible(name)) return [`${theName} is missing`];
	const same = all.findIndex((other) => other.name.toLowerCase() === name.toLowerCase());
	return [
		...(same < i ? [`${theName} is that of department ${same + 1}`] : []),
		...(name.toLowerCase() === REVIEW_OUTPUT.toLowerCase()
			? [`${theName} cannot be ${REVIEW_OUTPUT}, which is kept for unsure tickets`]
			: []),
		...tooLong(theName, name, LIMITS.name),
		...tooLong(theDescription, description, LIMITS.description),
		...(examples.length > LIMITS.examples ? [`${theExamples} are more than ${LIMITS.examples}`] : []),
		...examples.flatMap((example) => tooLong(`${theExamples}: one`, example, LIMITS.example)),
	];
}

function tooLong(what: string, text: string, most: number): string[] {
	return codePoints(text) > most ? [`${what} has more than ${most} characters`] : [];
}

function misconfigured(problems: string[]): TriageError {
	return new TriageError('misconfigured', [...new Set(problems)].join('; '));
}
