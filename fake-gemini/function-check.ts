import { isRecord, type JsonRecord } from '../core/json';
import { schemaProblems } from './schema-check';
import type { Violation } from './status';

const NAME = /^[A-Za-z_][\w.:-]{0,63}$/u;
const WRONG_NAME =
	'Invalid function name. Must start with a letter or an underscore. Must be a-z, A-Z, 0-9, or contain underscores (_), ' +
	'dots (.), colons (:), or dashes (-), with a maximum length of 64.';

/** What Google refuses in the functions that are declared to the model. */
export function declarationProblems(tools: unknown): Required<Violation>[] {
	return recordsOf(tools).flatMap(({ functionDeclarations }, tool) => {
		const declared = recordsOf(functionDeclarations);
		const names = declared.map(({ name }) => name);
		return declared.flatMap(({ name, parameters }, i) => {
			const field = `tools[${tool}].function_declarations[${i}]`;
			const problems: Required<Violation>[] = [];
			if (!NAME.test(String(name ?? ''))) problems.push({ field: `${field}.name`, description: WRONG_NAME });
			if (names.indexOf(name) < i) {
				problems.push({ field: `${field}.name`, description: `Duplicate function declaration found: ${String(name)}` });
			}
			if (!isRecord(parameters)) return problems;
			if (parameters.type !== 'OBJECT') {
				const description = 'parameters schema should be of type OBJECT.';
				problems.push({ field: `${field}.parameters`, description });
			}
			return [...problems, ...schemaProblems(parameters, `${field}.parameters`)];
		});
	});
}

/** How the turns with calls and what they gave do not follow each other, in Google's words; null where they do. */
export function turnProblem(contents: unknown, model: string): string | null {
	const turns = recordsOf(contents).map(({ parts }) => ({
		calls: partsOf(parts, 'functionCall'),
		results: partsOf(parts, 'functionResponse'),
	}));
	const roles = recordsOf(contents).map(({ role }) => role);
	for (const [i, { calls, results }] of turns.entries()) {
		const before = i === 0 ? { calls: [], results: [] } : turns[i - 1];
		if (calls.length > 0 && (i === 0 || roles[i - 1] === 'model')) return WRONG_CALL;
		if (results.length > 0 && before.calls.length === 0) return WRONG_RESULT;
		if (results.length !== before.calls.length) return WRONG_NUMBER;
	}
	return signatureProblem(recordsOf(contents), model);
}

const WRONG_CALL =
	'Please ensure that function call turn comes immediately after a user turn or after a function response turn.';
const WRONG_RESULT = 'Please ensure that function response turn comes immediately after a function call turn.';
const WRONG_NUMBER =
	'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';

/** Gemini 3 wants its thoughts back with the first call of each step since the user last said something. */
function signatureProblem(contents: JsonRecord[], model: string): string | null {
	if (!model.startsWith('gemini-3')) return null;
	const said = contents.findLastIndex(({ role, parts }) => role !== 'model' && partsOf(parts, 'text').length > 0);
	for (const [i, { parts }] of contents.entries()) {
		const [first] = i > said ? partsOf(parts, 'functionCall') : [];
		if (first === undefined || (typeof first.thoughtSignature === 'string' && first.thoughtSignature !== '')) continue;
		const { name } = first.functionCall as JsonRecord;
		return (
			'Function call is missing a thought_signature in functionCall parts. This is required for tools to work ' +
			'correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call ' +
			`\`default_api:${String(name)}\` , position ${i + 1}. Please refer to ` +
			'https://ai.google.dev/gemini-api/docs/thought-signatures for more details.'
		);
	}
	return null;
}

function partsOf(parts: unknown, kind: string): JsonRecord[] {
	return recordsOf(parts).filter((part) => part[kind] !== undefined);
}

function recordsOf(list: unknown): JsonRecord[] {
	return Array.isArray(list) ? list.filter(isRecord) : [];
}
