import { isRecord, readJson, type JsonRecord } from '../core/json';
import { readBasic, readBearer, saysJson } from './authorization';
import { findRoute, type Route } from './route';
import type { FakeTarget, HeldTicket, TargetAnswer, TargetRequest } from './target';
import { asTicketId } from './ticket-id';

export const SERVICENOW_ACCOUNT = { username: 'svc.helpdesk', password: 'fake-password', token: 'fake-token' };

export interface ServicenowOptions {
	/** Those of SERVICENOW_ACCOUNT by default; the token is for OAuth. */
	username?: string;
	password?: string;
	token?: string;
	/** `incident` alone by default. */
	tables?: readonly string[];
}

/** ServiceNow's Table API: records are created, found by their fields, and given work notes; users can be read. */
export function createServicenow(options: ServicenowOptions = {}): FakeTarget {
	const { username, password, token, tables } = { ...SERVICENOW_ACCOUNT, tables: ['incident'], ...options };
	const records: Row[] = [];
	const users = [userOf(username)];
	return {
		system: 'servicenow',
		tickets: records,
		answer(request) {
			const basic = readBasic(request);
			const isKnown = basic?.user === username && basic.password === password;
			if (!isKnown && readBearer(request) !== token) return NOT_AUTHENTICATED;
			const { handle, id, methods } = findRoute(ROUTES, request);
			if (!request.path.startsWith('/api/')) return NO_PAGE;
			if (methods.length === 0) return failure(400, 'Requested URI does not represent any resource');
			if (!handle) return failure(405, 'Method not supported');
			const [table, sysId = ''] = id.split('/');
			if (table === USERS && request.method !== 'GET') return noRights(request.method);
			if (table === USERS) return handle(request, { rows: users, table, sysId });
			if (!tables.includes(table)) return failure(400, `Invalid table ${table}`);
			return handle(request, { rows: records, table, sysId });
		},
	};
}

interface Row extends HeldTicket {
	table: string;
	sysId: string;
	body: JsonRecord;
}

interface Asked {
	rows: Row[];
	table: string;
	sysId: string;
}

const ROUTES: Route<(request: TargetRequest, asked: Asked) => TargetAnswer>[] = [
	['POST', /^\/api\/now(?:\/v\d)?\/table\/(\w+)$/u, create],
	['GET', /^\/api\/now(?:\/v\d)?\/table\/(\w+)$/u, list],
	['GET', /^\/api\/now(?:\/v\d)?\/table\/(\w+\/[\da-f]+)$/u, show],
	['PATCH', /^\/api\/now(?:\/v\d)?\/table\/(\w+\/[\da-f]+)$/u, update],
];

function failure(status: number, message: string, detail: string | null = null): TargetAnswer {
	return { status, body: { error: { message, detail }, status: 'failure' } };
}

const NOT_AUTHENTICATED: TargetAnswer = {
	...failure(401, 'User Not Authenticated', 'Required to provide Auth information'),
	headers: { 'www-authenticate': 'Basic realm="Service-now"' },
};

const NO_PAGE: TargetAnswer = {
	status: 404,
	headers: { 'content-type': 'text/html;charset=UTF-8' },
	body: '<html><head><title>Page not found</title></head><body>Page not found</body></html>',
};

function noRights(method: string): TargetAnswer {
	const operation = method === 'POST' ? 'Insert' : 'Update';
	return failure(403, 'Operation Failed', `ACL Exception ${operation} Failed due to security constraints`);
}

function noRecord(): TargetAnswer {
	return failure(404, 'No Record found', "Record doesn't exist or ACL restricts the record retrieval");
}

/** In characters: what does not fit is cut without a word, and what is no column goes the same way. */
const COLUMNS: Record<string, number> = {
	...{ short_description: 160, description: 4000, urgency: 40, impact: 40, category: 40, subcategory: 40 },
	...{ correlation_id: 100, correlation_display: 100, contact_type: 40, assignment_group: 100, caller_id: 100 },
	...{ state: 40, work_notes: 4000, comments: 4000 },
};

/** The columns of a record that a body sets. */
function readColumns(request: TargetRequest): { columns: Record<string, string> } | { refusal: TargetAnswer } {
	if (!saysJson(request)) return { refusal: failure(415, 'Unsupported Media Type') };
	const body = readJson(request.body);
	if (!isRecord(body)) {
		return { refusal: failure(400, 'Exception while reading request', 'The payload is not valid JSON.') };
	}
	const known = Object.entries(body).filter(([name]) => Object.hasOwn(COLUMNS, name));
	return { columns: Object.fromEntries(known.map(([name, value]) => [name, textOf(value).slice(0, COLUMNS[name])])) };
}

function textOf(value: unknown): string {
	return isRecord(value) || Array.isArray(value) ? JSON.stringify(value) : String(value ?? '');
}

function create(request: TargetRequest, { rows, table }: Asked): TargetAnswer {
	const read = readColumns(request);
	if ('refusal' in read) return read.refusal;
	const { columns: body } = read;
	const count = rows.length + 1;
	const id = `${table === 'incident' ? 'INC' : 'TASK'}${String(10_000 + count).padStart(7, '0')}`;
	const sysId = count.toString(16).padStart(32, '0');
	const row: Row = { id, ticketId: asTicketId(body.correlation_id), table, sysId, body, comments: [] };
	rows.push(row);
	return { status: 201, body: { result: shown(row) } };
}

const USERS = 'sys_user';

function userOf(username: string): Row {
	const body = { user_name: username, name: 'Service desk', email: 'service.desk@example.com', active: 'true' };
	return { id: username, ticketId: '', table: USERS, sysId: '5'.repeat(32), body, comments: [] };
}

/** `urgency` and `impact` look the priority up, 1 Critical to 5 Planning. */
const PRIORITIES = [
	['1', '2', '3'],
	['2', '3', '4'],
	['3', '4', '5'],
];

function shown({ id, table, sysId, body }: Row): JsonRecord {
	if (table === USERS) return { ...body, sys_id: sysId };
	const { work_notes: _notes, comments: _comments, ...columns } = body;
	const { urgency = '3', impact = '3' } = columns;
	const priority = PRIORITIES[Number(impact) - 1]?.[Number(urgency) - 1] ?? '5';
	return { state: '1', ...columns, urgency, impact, priority, number: id, sys_id: sysId };
}

function find({ rows, table, sysId }: Asked): Row | undefined {
	return rows.find((row) => row.table === table && row.sysId === sysId);
}

function show(_: TargetRequest, asked: Asked): TargetAnswer {
	const row = find(asked);
	return row ? { status: 200, body: { result: shown(row) } } : noRecord();
}

/** Work notes and comments are journals: what is written to them is added. */
function update(request: TargetRequest, asked: Asked): TargetAnswer {
	const row = find(asked);
	if (!row) return noRecord();
	const read = readColumns(request);
	if ('refusal' in read) return read.refusal;
	const { work_notes: notes = '', comments = '', ...columns } = read.columns;
	row.body = { ...row.body, ...columns };
	row.comments.push(...[notes, comments].filter((text) => text !== ''));
	return { status: 200, body: { result: shown(row) } };
}

/** Of a query only conditions of equality; one on an unknown column is left out, so that it finds anything. */
function list({ query }: TargetRequest, { rows, table }: Asked): TargetAnswer {
	const conditions = (query.get('sysparm_query') ?? '').split('^').map((condition) => condition.split('='));
	const columns = table === USERS ? rows[0].body : COLUMNS;
	const wanted = conditions.filter(([name, value]) => value !== undefined && Object.hasOwn(columns, name));
	const limit = Number(query.get('sysparm_limit') ?? 10_000);
	const fields = query.get('sysparm_fields')?.split(',');
	const found = rows.filter(
		(row) => row.table === table && wanted.every(([name, value]) => (row.body[name] ?? '') === value),
	);
	const result = found
		.slice(0, limit)
		.map(shown)
		.map((row) => (fields ? Object.fromEntries(fields.map((name) => [name, row[name] ?? ''])) : row));
	return { status: 200, headers: { 'x-total-count': String(found.length) }, body: { result } };
}
