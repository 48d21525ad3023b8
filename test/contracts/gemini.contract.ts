/** What is sent to Gemini against Google's own definition of it. Needs ../shared/contracts: `npm run contracts`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { geminiRequest } from '../../core/gemini/request';
import { ROOT } from '../helpers/process';

const CONTRACTS = join(ROOT, '../shared/contracts');

function loadTypes(): protobuf.Root {
	const root = new protobuf.Root();
	for (const file of ['content', 'generative_service']) {
		protobuf.parse(readFileSync(join(CONTRACTS, `${file}.v1beta.proto`), 'utf8'), root, { keepCase: false });
	}
	return root;
}

/** Where a JSON value does not fit a message: unknown fields, wrong scalars, enum values that do not exist. */
function misfits(value: unknown, type: protobuf.Type, path = ''): string[] {
	if (typeof value !== 'object' || value === null) return [`${path} must be an object`];
	return Object.entries(value).flatMap(([name, field]) => {
		const definition = type.fields[name] as protobuf.Field | undefined;
		const at = `${path}.${name}`;
		if (!definition) return [`${at} is not in ${type.name}`];
		const items = definition.map
			? Object.values(field as object)
			: definition.repeated
				? (field as unknown[])
				: [field];
		return items.flatMap((item) => misfit(item, resolved(definition, type), at));
	});
}

function resolved(field: protobuf.Field, parent: protobuf.Type): protobuf.Type | protobuf.Enum | string {
	const name = field instanceof protobuf.MapField ? field.type : field.type;
	return parent.lookup(name) instanceof protobuf.Type
		? parent.lookupType(name)
		: parent.lookup(name) instanceof protobuf.Enum
			? parent.lookupEnum(name)
			: name;
}

function misfit(item: unknown, type: protobuf.Type | protobuf.Enum | string, at: string): string[] {
	if (type instanceof protobuf.Type) return misfits(item, type, at);
	if (type instanceof protobuf.Enum) return String(item) in type.values ? [] : [`${at} is not one of ${type.name}`];
	const wanted = type === 'string' ? 'string' : type === 'bool' ? 'boolean' : 'number';
	return typeof item === wanted ? [] : [`${at} must be a ${wanted}`];
}

const request = loadTypes().lookupType('google.ai.generativelanguage.v1beta.GenerateContentRequest');

/** Newer than the published definition. */
const NEWER = '.generationConfig.thinkingConfig.thinkingLevel is not in ThinkingConfig';

it.each([
	['gemini-3.5-flash-lite', [NEWER]],
	['gemini-3.8-flash', [NEWER]],
	['gemini-3.6-flash', []],
	['gemini-2.5-flash', []],
])('for %s it is a GenerateContentRequest, but for %j', (model, known) => {
	const questions = ['0', '1'].map((id) => ({ id, title: 'Printer', description: 'It is jammed.' }));
	const body = geminiRequest(questions, { departments: DEFAULT_DEPARTMENTS, marker: 'marker', model });
	expect(misfits(body, request)).toEqual(known);
});

it.each([
	['GenerateContentResponse', ['candidates', 'promptFeedback', 'usageMetadata', 'modelVersion']],
	['Candidate', ['content', 'finishReason']],
	['GenerateContentResponse.PromptFeedback', ['blockReason']],
	['GenerateContentResponse.UsageMetadata', ['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount']],
	['Part', ['text', 'thought']],
])('%s has what is read of it: %j', (name, fields) => {
	const type = request.root.lookupType(`google.ai.generativelanguage.v1beta.${name}`);
	expect(Object.keys(type.fields)).toEqual(expect.arrayContaining(fields));
});

it.each([
	[{ content: [] }, '.content is not in GenerateContentRequest'],
	[{ contents: [{ role: 'user', parts: [{ txt: 'a' }] }] }, '.contents.txt is not in Part'],
	[{ generationConfig: { maxOutputTokens: 'many' } }, '.generationConfig.maxOutputTokens must be a number'],
	[
		{ generationConfig: { responseSchema: { type: 'TEXT' } } },
		'.generationConfig.responseSchema.type is not one of Type',
	],
])('the check refuses %j', (wrong, message) => {
	expect(misfits(wrong, request).map((text) => text.replace('.parts', ''))).toEqual([message]);
});
