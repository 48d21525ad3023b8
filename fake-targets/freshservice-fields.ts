import { isRecord, type JsonRecord } from '../core/json';

/** As Freshservice lists what is wrong with a body. */
export interface FieldError {
	field: string;
	message: string;
	code: 'missing_field' | 'invalid_field' | 'invalid_value' | 'datatype_mismatch';
}

export interface Field {
	kind: 'String' | 'Positive Integer' | 'Boolean' | 'Array' | 'key/value pair';
	required?: boolean;
	oneOf?: readonly number[];
	/** Of a number; in UTF-16 units of a text, or of each text of a list. */
	most?: number;
	email?: boolean;
}

export type Fields = Record<string, Field>;

const TEXT: Field = { kind: 'String' };
const NUMBER: Field = { kind: 'Positive Integer' };

/** What a new ticket may have; anything else is refused. */
export const TICKET_FIELDS: Fields = {
	...{ name: TEXT, phone: TEXT, type: TEXT, category: TEXT, sub_category: TEXT, item_category: TEXT },
	...{ due_by: TEXT, fr_due_by: TEXT, planned_start_date: TEXT, planned_end_date: TEXT, planned_effort: TEXT },
	...{ requester_id: NUMBER, responder_id: NUMBER, email_config_id: NUMBER, group_id: NUMBER },
	...{ department_id: NUMBER, workspace_id: NUMBER },
	...{ cc_emails: { kind: 'Array' }, assets: { kind: 'Array' }, attachments: { kind: 'Array' } },
	...{ custom_fields: { kind: 'key/value pair' }, problem: { kind: 'key/value pair' } },
	email: { kind: 'String', email: true },
	subject: { kind: 'String', required: true, most: 255 },
	description: { kind: 'String', required: true },
	status: { kind: 'Positive Integer', required: true, oneOf: [2, 3, 4, 5] },
	priority: { kind: 'Positive Integer', required: true, oneOf: [1, 2, 3, 4] },
	source: { kind: 'Positive Integer', oneOf: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] },
	urgency: { kind: 'Positive Integer', oneOf: [1, 2, 3] },
	impact: { kind: 'Positive Integer', oneOf: [1, 2, 3] },
	tags: { kind: 'Array', most: 32 },
};

export const NOTE_FIELDS: Fields = {
	body: { kind: 'String', required: true },
	private: { kind: 'Boolean' },
	incoming: { kind: 'Boolean' },
	user_id: NUMBER,
	notify_emails: { kind: 'Array' },
	attachments: { kind: 'Array' },
};

/** Of those that the list of tickets takes. */
export const LIST_PARAMETERS: Fields = {
	page: NUMBER,
	per_page: { kind: 'Positive Integer', most: 100 },
	workspace_id: NUMBER,
};

/** Of the filter by a query. */
export const FILTER_PARAMETERS: Fields = { query: TEXT, page: NUMBER, workspace_id: NUMBER };

/** What is wrong with a ticket; unknown fields come first and alone. */
export function ticketErrors(body: JsonRecord): FieldError[] {
	const errors = fieldErrors(body, TICKET_FIELDS);
	if (errors.some(({ code }) => code === 'invalid_field')) return errors;
	return [...errors, ...requesterErrors(body)];
}

export function fieldErrors(body: JsonRecord, fields: Fields): FieldError[] {
	const unknown = Object.keys(body).filter((field) => !Object.hasOwn(fields, field));
	if (unknown.length > 0) {
		const message = 'Unexpected/invalid field in request';
		return unknown.map((field) => ({ field, message, code: 'invalid_field' }));
	}
	return Object.entries(fields).flatMap(([name, field]) => {
		const error = errorOf(body[name], field);
		return error ? [{ field: name, ...error }] : [];
	});
}

/** Of a person's names one is enough, but a telephone number belongs to nobody yet. */
function requesterErrors({ requester_id: id, email, phone, name }: JsonRecord): FieldError[] {
	const code = 'missing_field';
	if (id === undefined && email === undefined && phone === undefined) {
		return [{ field: 'requester_id', message: 'Please fill at least 1 of requester_id, phone, email fields', code }];
	}
	const isNameless = id === undefined && email === undefined && name === undefined;
	return isNameless ? [{ field: 'name', message: 'It should be a/an String', code }] : [];
}

type Problem = Omit<FieldError, 'field'>;

function errorOf(value: unknown, field: Field): Problem | null {
	const wanted = wantedOf(field);
	if (value === undefined) return field.required ? { message: wanted, code: 'missing_field' } : null;
	if (!isOf(value, field)) {
		return { message: `Value set is of type ${kindOf(value)}.${wanted}`, code: 'datatype_mismatch' };
	}
	const message = valueProblem(value, field, wanted);
	return message === null ? null : { message, code: 'invalid_value' };
}

function wantedOf({ kind, oneOf, most }: Field): string {
	if (oneOf) return `It should be one of these values: '${oneOf.join()}'`;
	const limit = kind === 'Positive Integer' && most !== undefined ? ` less than or equal to ${most}` : '';
	return `It should be a/an ${kind}${limit}`;
}

function isOf(value: unknown, { kind }: Field): boolean {
	if (kind === 'Positive Integer') return Number.isInteger(value);
	return kindOf(value) === kind;
}

function kindOf(value: unknown): string {
	if (value === null) return 'Null';
	if (Array.isArray(value)) return 'Array';
	if (isRecord(value)) return 'key/value pair';
	if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Float';
	return typeof value === 'string' ? 'String' : 'Boolean';
}

function valueProblem(value: unknown, { required, oneOf, most, email }: Field, wanted: string): string | null {
	if (typeof value === 'number') return isAllowed(value, oneOf, most) ? null : wanted;
	if (Array.isArray(value)) return listProblem(value, most);
	if (typeof value !== 'string') return null;
	if (required && value.trim() === '') return 'It should not be blank as this is a mandatory field';
	if (email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(value)) return "It should be in the 'valid email address' format";
	if (most === undefined || value.length <= most) return null;
	return `Has ${value.length} characters, it can have maximum of ${most} characters`;
}

function isAllowed(value: number, oneOf: readonly number[] | undefined, most = Infinity): boolean {
	return value > 0 && value <= most && (oneOf?.includes(value) ?? true);
}

function listProblem(list: unknown[], most: number | undefined): string | null {
	if (most === undefined) return null;
	if (!list.every((one) => typeof one === 'string')) return 'It should contain elements of type String only';
	if (list.every((one) => one.length <= most && one.trim() !== '')) return null;
	return `It should only contain elements that have maximum of ${most} characters`;
}
