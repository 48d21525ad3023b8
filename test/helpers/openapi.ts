import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';

export type Schema = Record<string, unknown>;

export interface OpenApi {
	paths: Record<string, Schema>;
	components: { schemas: Record<string, Schema> };
}

export interface Parameter {
	name: string;
	in: 'path' | 'query' | 'header';
	schema: Schema;
}

/** What the document says of one method at one address. */
export interface Operation {
	/** Such as `POST /tickets/{id}/retry`. */
	name: string;
	method: string;
	path: string;
	parameters: Parameter[];
	body: { schema: Schema; required: boolean } | null;
	responses: Record<string, { content?: Record<string, { schema: Schema }>; headers?: Schema }>;
}

/** An answer as it came over the wire. */
export interface WireAnswer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	text: string;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'options', 'head', 'trace'];

/** Every operation of the document. */
export function operationsOf({ paths }: OpenApi): Operation[] {
	return Object.entries(paths).flatMap(([path, item]) =>
		METHODS.filter((method) => Object.hasOwn(item, method)).map((method) => operation(path, method, item)),
	);
}

function operation(path: string, method: string, item: Schema): Operation {
	const own = item[method] as Schema;
	const asked = own.requestBody as { required?: boolean; content: Record<string, { schema: Schema }> } | undefined;
	return {
		name: `${method.toUpperCase()} ${path}`,
		method: method.toUpperCase(),
		path,
		parameters: [...((item.parameters ?? []) as Parameter[]), ...((own.parameters ?? []) as Parameter[])],
		body: asked ? { schema: asked.content['application/json'].schema, required: asked.required ?? false } : null,
		responses: own.responses as Operation['responses'],
	};
}

const FORMATS = {
	'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
	date: /^\d{4}-\d\d-\d\d$/,
	email: /^[^@\s]+@[^@\s]+$/,
};

/** Compiles schemas of the document, formats included. */
export function schemaReader(document: OpenApi): (schema: Schema) => ValidateFunction {
	const ajv = new Ajv2020({ strict: false, formats: FORMATS });
	ajv.addSchema({ $id: 'api', components: document.components });
	const compiled = new Map<string, ValidateFunction>();
	return (schema) => {
		const text = JSON.stringify(schema).replaceAll('"#/components', '"api#/components');
		const known = compiled.get(text) ?? ajv.compile(JSON.parse(text) as Schema);
		compiled.set(text, known);
		return known;
	};
}

/** What the document does not allow of an answer; null where it is as declared. */
export function answerCheck(document: OpenApi): (operation: Operation, answer: WireAnswer) => string | null {
	const read = schemaReader(document);
	return ({ name, responses }, { status, headers, text }) => {
		const declared = Object.hasOwn(responses, status) ? responses[status] : undefined;
		if (!declared) return `${name} does not declare ${status}: ${text.slice(0, 300)}`;
		const missing = Object.keys(declared.headers ?? {}).filter((header) => !headers[header.toLowerCase()]);
		if (missing.length > 0) return `${name} ${status} lacks the header ${missing.join()}`;
		if (!declared.content) return text === '' ? null : `${name} ${status} has a body: ${text.slice(0, 300)}`;
		const type = String(headers['content-type']).split(';')[0];
		if (!Object.hasOwn(declared.content, type)) return `${name} ${status} is ${type}`;
		const value: unknown = type.endsWith('json') ? JSON.parse(text) : text;
		const validate = read(declared.content[type].schema);
		return validate(value) ? null : `${name} ${status}: ${JSON.stringify(validate.errors)} of ${text.slice(0, 300)}`;
	};
}
