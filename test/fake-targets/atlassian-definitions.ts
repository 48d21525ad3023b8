import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import type { HttpRequest, HttpResponse } from '../../core/http';
import { readJson } from '../../core/json';
import { ROOT } from '../helpers/process';

interface Content {
	content?: Record<string, { schema?: { $ref?: string } } | undefined>;
}

interface Operation {
	requestBody?: Content;
	responses: Record<string, Content | undefined>;
}

interface OpenApi {
	paths: Record<string, Record<string, Operation | undefined> | undefined>;
	components: object;
}

const ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
const load = (name: string): object =>
	JSON.parse(readFileSync(join(ROOT, '../shared/contracts', `${name}.json`), 'utf8')) as object;

const apis = { jira: load('jira-cloud-openapi') as OpenApi, jsm: load('jsm-cloud-openapi') as OpenApi };
for (const [$id, { components }] of Object.entries(apis)) ajv.addSchema({ $id, components });
// Its words are the same in draft 4 and in draft 7.
const isAdf = ajv.compile({ ...load('adf-schema-v1-full'), $schema: undefined });

const validators = new Map<string, ValidateFunction>();

function validatorOf(api: keyof typeof apis, reference: string): ValidateFunction {
	const $ref = `${api}${reference}`;
	const validator = validators.get($ref) ?? ajv.compile({ $ref });
	validators.set($ref, validator);
	return validator;
}

/** Version 2 has the addresses of version 3, and differs in how texts are written. */
function pathOf(url: string): string {
	return new URL(url).pathname.replace(/^\/rest\/api\/(?:2|latest)\//u, '/rest/api/3/');
}

function operationOf({ url, method }: HttpRequest): { api: keyof typeof apis; operation: Operation } | undefined {
	const path = pathOf(url).replace(/(?<=\/(?:issue|request)\/)[\w-]+/u, '{issueIdOrKey}');
	const api = path.startsWith('/rest/servicedeskapi/') ? 'jsm' : 'jira';
	const operation = apis[api].paths[path]?.[method.toLowerCase()];
	return operation && { api, operation };
}

function misfits(validator: ValidateFunction, value: unknown): string[] {
	return validator(value) ? [] : [ajv.errorsText(validator.errors?.slice(0, 1))];
}

/** What Atlassian's definition has against a request's body; texts apart, which it leaves open. */
export function requestMisfits(request: HttpRequest): string[] {
	const found = operationOf(request);
	if (!found) return [`there is no ${request.method} ${pathOf(request.url)}`];
	const reference = found.operation.requestBody?.content?.['application/json']?.schema?.$ref;
	return reference === undefined ? [] : misfits(validatorOf(found.api, reference), readJson(request.body ?? ''));
}

export function documentMisfits(document: unknown): string[] {
	return misfits(isAdf, document);
}

/** What refuses a request where its definition does not say how. */
const ERRORS = { jira: '#/components/schemas/ErrorCollection', jsm: '#/components/schemas/ErrorResponse' };

/** What Atlassian's definition has against an answer. */
export function responseMisfits(request: HttpRequest, { status, body }: HttpResponse): string[] {
	const path = pathOf(request.url);
	const found = operationOf(request);
	const api = found?.api ?? (path.startsWith('/rest/servicedeskapi/') ? 'jsm' : 'jira');
	const described = found?.operation.responses[status];
	if (status < 300 && !described) return [`${status} is not in the definition`];
	const reference = described?.content?.['application/json']?.schema?.$ref ?? ERRORS[api];
	return misfits(validatorOf(api, reference), readJson(body));
}
