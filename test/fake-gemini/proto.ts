import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { ROOT } from '../helpers/process';
import { GOOGLE_RPC } from './google-rpc';

export const PACKAGE = 'google.ai.generativelanguage.v1beta';

/** Google's definitions beside the project, and google.rpc's. */
export function loadDefinitions(): protobuf.Root {
	const root = new protobuf.Root();
	for (const file of ['content', 'generative_service']) {
		const path = join(ROOT, '../shared/contracts', `${file}.v1beta.proto`);
		protobuf.parse(readFileSync(path, 'utf8'), root, { keepCase: false });
	}
	protobuf.parse(GOOGLE_RPC, root, { keepCase: false });
	return root;
}

/** The field that JSON knows by this name. */
export function fieldOf(type: protobuf.Type, name: string): protobuf.Field | undefined {
	return type.fieldsArray.find((field) => ((field.options?.json_name as string | undefined) ?? field.name) === name);
}

const SCALARS: Record<string, (value: unknown) => boolean> = {
	string: (value) => typeof value === 'string',
	bool: (value) => typeof value === 'boolean',
	int32: (value) => Number.isInteger(value),
	int64: (value) => typeof value === 'string' && /^-?\d+$/u.test(value),
	double: (value) => typeof value === 'number',
	'google.protobuf.Duration': (value) => typeof value === 'string' && /^\d+(?:\.\d{1,9})?s$/u.test(value),
};

/** Where a JSON value is not what a message allows. */
export function misfits(value: unknown, type: protobuf.Type, path = ''): string[] {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} must be an object`];
	return Object.entries(value).flatMap(([name, given]: [string, unknown]) => {
		const field = fieldOf(type, name);
		const at = `${path}.${name}`;
		if (!field) return [`${at} is not in ${type.name}`];
		const isMap = field instanceof protobuf.MapField;
		if (Array.isArray(given) !== (field.repeated && !isMap))
			return [`${at} must ${field.repeated ? '' : 'not '}be a list`];
		const items: unknown[] = isMap ? Object.values(given as object) : Array.isArray(given) ? given : [given];
		return items.flatMap((item) => misfit(item, field, at));
	});
}

function misfit(item: unknown, field: protobuf.Field, at: string): string[] {
	if (field.type === 'google.protobuf.Any') return misfitDetail(item, field.root, at);
	const type = field.parent?.lookup(field.type);
	if (type instanceof protobuf.Type) return misfits(item, type, at);
	if (type instanceof protobuf.Enum) return String(item) in type.values ? [] : [`${at} is not one of ${type.name}`];
	return SCALARS[field.type](item) ? [] : [`${at} must be a ${field.type}`];
}

/** A message of any type says which. */
function misfitDetail(detail: unknown, root: protobuf.Root, at: string): string[] {
	const { '@type': url, ...message } = detail as { '@type': string };
	return misfits(message, root.lookupType(url.replace('type.googleapis.com/', '')), at);
}
