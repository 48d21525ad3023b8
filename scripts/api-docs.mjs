/**
 * Writes docs/api.md from the OpenAPI document that the built service answers; with --check it says whether that is up to
 * date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';

const require = createRequire(import.meta.url);
const { openApiDocument } = require('../service/build/service/http/openapi.js');
const { scopesFor } = require('../service/build/service/http/scopes.js');
const path = fileURLToPath(new URL('../docs/api.md', import.meta.url));
const { paths, components } = openApiDocument('', true);

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head, rows) =>
	rows.length === 0
		? []
		: [
				`| ${head.join(' | ')} |`,
				`|${' --- |'.repeat(head.length)}`,
				...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
				'',
			];

const anchor = (name) => `[${name}](#${name.toLowerCase()})`;

function typeOf(schema) {
	if (schema === undefined || schema === true || Object.keys(schema).length === 0) return 'anything';
	if (schema.$ref) return anchor(schema.$ref.split('/').at(-1));
	if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
	if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
	const choices = schema.anyOf ?? schema.oneOf;
	if (choices) return [...new Set(choices.map(typeOf))].join(' or ');
	if (schema.type === 'array') return `list of ${typeOf(schema.items)}`;
	if (schema.type === 'null') return 'null';
	return Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'object');
}

/** Numbers without limits have JavaScript's own. */
const given = (limit) => limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;

function range(least, most, unit) {
	if (given(least) && given(most)) return [`${least} to ${most}${unit}`];
	if (given(least)) return [`at least ${least}${unit}`];
	return given(most) ? [`at most ${most}${unit}`] : [];
}

function aboutOf(schema = {}) {
	const limits = [
		...range(schema.minLength, schema.maxLength, ' characters'),
		...range(schema.minItems, schema.maxItems, ' of them'),
		...range(schema.minimum, schema.maximum, ''),
	];
	const standard = schema.default === undefined ? [] : [`default \`${JSON.stringify(schema.default)}\``];
	return [schema.description, ...limits, ...standard].filter(Boolean).join('; ');
}

function schemaSection([name, schema]) {
	const rows = Object.entries(schema.properties ?? {}).map(([field, value]) => {
		const needed = schema.required?.includes(field) ? `**\`${field}\`**` : `\`${field}\``;
		return [needed, typeOf(value), aboutOf(value)];
	});
	const what = rows.length === 0 ? [`${typeOf(schema)}. ${aboutOf(schema)}`.trim(), ''] : [];
	return [
		`### ${name}`,
		'',
		...(rows.length > 0 && schema.description ? [schema.description, ''] : []),
		...what,
		...table(['field', 'is', ''], rows),
	];
}

const bodyOf = (content) => Object.values(content ?? {}).map(({ schema }) => schema)[0];

/** What any address may refuse: said once. */
const REFUSALS = ['401', '403', '421', '429'];

function operationSection(address, method, operation) {
	const scopes = scopesFor(method.toUpperCase(), address.replaceAll(/\{(\w+)\}/g, '1'));
	const body = bodyOf(operation.requestBody?.content);
	const parameters = (operation.parameters ?? []).map(({ name, in: place, required, schema, description }) => [
		`${required ? '**' : ''}\`${name}\`${required ? '**' : ''}`,
		place,
		typeOf(schema),
		[description, aboutOf(schema)].filter(Boolean).join('; '),
	]);
	const responses = Object.entries(operation.responses)
		.filter(([status]) => !REFUSALS.includes(status))
		.map(([status, { description, content }]) => {
			const schema = bodyOf(content);
			return [status, description ?? '', schema ? typeOf(schema) : ''];
		});
	return [
		`### ${method.toUpperCase()} ${address}`,
		'',
		`${operation.summary}.${operation.security?.length === 0 ? ' No key is asked for.' : ` Scope: ${scopes.join(' or ')}.`}`,
		'',
		...table(['parameter', 'in', 'is', ''], parameters),
		...(body ? [`Body: ${typeOf(body)}`, ''] : []),
		...table(['answer', '', 'body'], responses),
	];
}

const METHODS = ['get', 'post', 'put', 'delete'];
const text = [
	'# The API',
	'',
	'Made from the OpenAPI document by `npm run api-docs`. A running service shows the same at `/docs`, to try, and gives it at `/openapi.json`, for',
	'programs. How to call it: [sending.md](sending.md); keys and scopes: [access.md](access.md); messages: [troubleshooting.md](troubleshooting.md#in-answers-of-the-api).',
	'Bold names are needed. Every answer has `X-Request-Id`; problems are `application/problem+json` (RFC 9457), with every wrong field in `errors`.',
	'Beside what stands below, where a key is needed any address may answer 401 (no key, or none that is known), 403 (not for this), 421 (not under',
	'this name) and 429 (too many requests: `Retry-After`).',
	'',
	'A ticket is on disk before anyone hears yes: `kill -9` loses none that was acknowledged, and `SIGTERM` finishes what was begun. Its **status** is',
	'`received`, then `classified`, then `routed`, or `needs_review` (a person’s turn: below the threshold, or a safety rule asked), or `failed` (with the',
	'reason in `error_message`; the job is kept for a retry). Safety rules (fire, injury, threat, breach, phishing, harassment) may set the department and',
	'raise `effective_priority`; nothing in a ticket lowers them. `priority` stays what the reporter gave.',
	'',
	'## Addresses',
	'',
	...Object.entries(paths).flatMap(([address, item]) =>
		METHODS.filter((method) => item[method]).flatMap((method) =>
			operationSection(address, method, {
				...item[method],
				parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])],
			}),
		),
	),
	'## Bodies',
	'',
	...Object.entries(components.schemas).flatMap(schemaSection),
].join('\n');

const written = await prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path });
if (!process.argv.includes('--check')) writeFileSync(path, written);
else if (readFileSync(path, 'utf8') !== written) {
	console.error('docs/api.md is not what the service says: npm run api-docs writes it');
	process.exitCode = 1;
}
