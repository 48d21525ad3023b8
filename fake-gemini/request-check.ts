import { isRecord, type JsonRecord } from '../core/json';
import { declarationProblems, turnProblem } from './function-check';
import { thinkingLevels } from './models';
import { readMessage, snake } from './read-message';
import { schemaProblems } from './schema-check';
import { badRequest, type Status, type Violation } from './status';

/** The body of a generateContent request in the table's spelling, or how Google refuses it. */
export function readRequest(body: string): { message: JsonRecord } | { refusal: Status } {
	const json = parse(body);
	if (json === undefined) {
		const description = 'Invalid JSON payload received. Unexpected token.';
		return { refusal: badRequest(description, [{ description }]) };
	}
	const { message, violations } = readMessage(json, 'GenerateContentRequest');
	if (violations.length === 0) return { message };
	return { refusal: badRequest(violations.map(({ description }) => description).join('\n'), violations) };
}

/** No body at all is an empty message. */
function parse(body: string): unknown {
	try {
		return body.trim() === '' ? {} : (JSON.parse(body) as unknown);
	} catch {
		return undefined;
	}
}

/** What Google refuses in a request whose fields and types are all right. */
export function checkRequest(message: JsonRecord, model: string): Status | null {
	const violations = [
		...contentProblems(message),
		...declarationProblems(message.tools),
		...configProblems(message.generationConfig, model),
	];
	if (violations.length === 0) {
		const problem = turnProblem(message.contents, model);
		return problem === null ? null : badRequest(problem, []);
	}
	const lines = violations.map(({ field, description }) => `* GenerateContentRequest.${field}: ${description}\n`);
	return badRequest(lines.join(''), violations);
}

type Problem = Required<Violation>;

function contentProblems({ contents }: JsonRecord): Problem[] {
	const list = Array.isArray(contents) ? contents.filter(isRecord) : [];
	if (list.length === 0) return [{ field: 'contents', description: 'contents is not specified' }];
	return list.flatMap(({ role, parts }, i) => {
		const field = `contents[${i}]`;
		const valid = role === undefined || role === '' || role === 'user' || role === 'model';
		const problems = valid ? [] : [{ field: `${field}.role`, description: 'Please use a valid role: user, model.' }];
		return [...problems, ...partProblems(parts, `${field}.parts`)];
	});
}

/** What a part is one of. */
const DATA = ['text', 'functionCall', 'functionResponse'];

function partProblems(parts: unknown, field: string): Problem[] {
	const list = Array.isArray(parts) ? parts.filter(isRecord) : [];
	if (list.length === 0) return [{ field, description: 'contents.parts must not be empty.' }];
	const description = "required oneof field 'data' must have one initialized field";
	return list.flatMap((part, i) => {
		const given = DATA.filter((name) => part[name] !== undefined);
		return given.length === 1 ? [] : [{ field: `${field}[${i}].data`, description }];
	});
}

/** Least and greatest, both allowed. */
const RANGES: Record<string, [number, number]> = {
	temperature: [0, 2],
	topP: [0, 1],
	topK: [1, 1_000_000],
	maxOutputTokens: [1, 65_536],
	presencePenalty: [-2, 2],
	frequencyPenalty: [-2, 2],
	logprobs: [0, 20],
};

const MIME_TYPES = ['text/plain', 'application/json', 'application/xml', 'application/yaml', 'text/x.enum'];

function configProblems(config: unknown, model: string): Problem[] {
	if (!isRecord(config)) return [];
	const at = (name: string, description: string): Problem => ({ field: `generation_config.${name}`, description });
	const problems = Object.entries(RANGES).flatMap(([name, [least, most]]) => {
		const value = config[name];
		const fits = value === undefined || (Number(value) >= least && Number(value) <= most);
		return fits ? [] : [at(snake(name), `the value must be in the range [${least}, ${most}].`)];
	});
	if (config.candidateCount !== undefined && config.candidateCount !== 1) {
		problems.push(at('candidate_count', `Multiple candidates is not enabled for models/${model}`));
	}
	if (config.responseLogprobs === true || config.logprobs !== undefined) {
		problems.push(at('response_logprobs', `Logprobs is not enabled for models/${model}`));
	}
	if (Array.isArray(config.stopSequences) && config.stopSequences.length > 5) {
		problems.push(at('stop_sequences', 'at most 5 stop sequences are allowed.'));
	}
	return [...problems, ...formProblems(config, at), ...thinkingProblems(config.thinkingConfig, model)];
}

type At = (name: string, description: string) => Problem;

function formProblems({ responseMimeType, responseSchema, responseJsonSchema }: JsonRecord, at: At): Problem[] {
	const problems: Problem[] = [];
	const type = String(responseMimeType ?? '');
	if (type !== '' && !MIME_TYPES.includes(type)) {
		const allowed = MIME_TYPES.map((each) => `\`${each}\``).join(', ');
		problems.push(at('response_mime_type', `allowed mimetypes are ${allowed}.`));
	}
	const given = [responseSchema, responseJsonSchema].filter((schema) => schema !== undefined);
	if (given.length === 2) {
		problems.push(at('response_schema', 'only one of response_schema and response_json_schema can be set.'));
	}
	if (given.length > 0 && type !== 'application/json' && type !== 'text/x.enum') {
		problems.push(at('response_mime_type', 'a response schema needs `application/json` or `text/x.enum`.'));
	}
	if (isRecord(responseSchema)) problems.push(...schemaProblems(responseSchema, 'generation_config.response_schema'));
	return problems;
}

function thinkingProblems(config: unknown, model: string): Problem[] {
	if (!isRecord(config)) return [];
	const { thinkingLevel, thinkingBudget } = config;
	const field = 'generation_config.thinking_config';
	const problems: Problem[] = [];
	if (thinkingLevel !== undefined && thinkingBudget !== undefined) {
		problems.push({ field, description: 'You can only set only one of thinking budget and thinking level.' });
	}
	if (typeof thinkingBudget === 'number' && (thinkingBudget < -1 || thinkingBudget > 24_576)) {
		const description = `The thinking budget ${thinkingBudget} is invalid. Please choose a value between 0 and 24576.`;
		problems.push({ field: `${field}.thinking_budget`, description });
	}
	const level = String(thinkingLevel ?? 'THINKING_LEVEL_UNSPECIFIED');
	if (level !== 'THINKING_LEVEL_UNSPECIFIED' && !thinkingLevels(model).includes(level)) {
		const description = `Thinking level ${level} is not supported for this model. Please retry with other thinking level.`;
		problems.push({ field: `${field}.thinking_level`, description });
	}
	return problems;
}
