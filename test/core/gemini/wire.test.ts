import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FinishReason, SchemaType } from '@google/generative-ai';
import ts from 'typescript';
import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { geminiRequest } from '../../../core/gemini/request';

const TYPES = join(__dirname, 'wire-types.ts');
const WIRE = join(__dirname, '../../../core/gemini/wire.ts');
const request = geminiRequest([{ id: '0', title: 'T', description: 'D' }], {
	departments: DEFAULT_DEPARTMENTS,
	marker: 'marker',
	model: 'gemini-3.5-flash-lite',
});

/** Compiler errors in wire-types.ts, with `change` applied to the core's wire types. */
function compile(change: (source: string) => string = (source) => source): string[] {
	const options: ts.CompilerOptions = {
		strict: true,
		noEmit: true,
		skipLibCheck: true,
		types: [],
		lib: ['lib.es2023.d.ts'],
		target: ts.ScriptTarget.ES2022,
		module: ts.ModuleKind.CommonJS,
		moduleResolution: ts.ModuleResolutionKind.Node10,
		ignoreDeprecations: '5.0',
	};
	const host = ts.createCompilerHost(options);
	const readSource = host.getSourceFile.bind(host);
	host.getSourceFile = (path, version) =>
		path === WIRE ? ts.createSourceFile(path, change(readFileSync(path, 'utf8')), version) : readSource(path, version);
	const program = ts.createProgram([TYPES], options, host);
	return program
		.getSemanticDiagnostics(program.getSourceFile(TYPES))
		.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('the core’s wire types fit those of the SDK', () => {
	expect(compile()).toEqual([]);
});

test.each([
	['a field the SDK does not know', 'systemInstruction: Content', 'system_instruction: Content'],
	['a setting the SDK does not know', 'maxOutputTokens: number', 'max_output_tokens: number'],
	['a setting of another type', 'maxOutputTokens: number', 'maxOutputTokens: string'],
	['parts without text', 'parts: { text: string }[]', 'parts: { body: string }[]'],
	['a schema type that does not exist', "'OBJECT' |", "'MAP' |"],
	['a sampling parameter the SDK does not know', 'temperature?: number', 'heat?: number'],
	['a sampling parameter of another type', 'temperature?: number', 'temperature?: string'],
	['a schema field that does not exist', 'required?: string[]', 'requiredFields?: string[]'],
])('%s would be noticed', (_, right, wrong) => {
	expect(readFileSync(WIRE, 'utf8')).toContain(right);
	expect(compile((source) => source.replace(right, wrong)).length).toBeGreaterThan(0);
});

test('the schema sent is one of the SDK’s kinds, but for the case of its types', () => {
	const kinds: string[] = Object.values(SchemaType).map((type) => type.toUpperCase());
	const { type, items } = request.generationConfig.responseSchema;
	expect([type, items?.type]).toEqual(['ARRAY', 'OBJECT']);
	expect(Object.keys(items?.properties ?? {})).toEqual(items?.required);
	for (const schema of Object.values(items?.properties ?? {})) {
		expect(kinds).toContain(schema.type);
		expect('enum' in schema).toBe(schema.format === 'enum');
	}
});

test('the one reason to go on is the SDK’s', () => {
	expect(FinishReason.STOP).toBe('STOP');
});
