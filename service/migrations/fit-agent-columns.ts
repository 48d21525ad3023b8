import type { Knex } from 'knex';

type Note = (text: string) => void;

/** A column as we fill it. */
type Kind = 'text' | 'time' | 'boolean' | 'number';

export interface WantedColumns {
	kinds: Record<string, Kind>;
	/** Columns that we always fill; any other may be empty. */
	filled: readonly string[];
}

interface Column {
	name: string;
	type: string;
	needed: boolean;
}

const TYPES: Record<Kind, string> = {
	text: 'text',
	time: 'timestamp with time zone',
	boolean: 'boolean',
	number: 'double precision',
};

/** Without the sign that stands for a value in a query. */
const NUMBER = String.raw`'^\s*[+-]{0,1}(\d+\.{0,1}\d*|\.\d+)([eE][+-]{0,1}\d{1,2}){0,1}\s*$'`;

/** How a value becomes one of the kind. The agent's times are in UTC. */
const CONVERSIONS: Record<Kind, (column: string) => string> = {
	text: (column) => `${column}::text`,
	time: (column) => `${column}::timestamp AT TIME ZONE 'UTC'`,
	boolean: (column) => `lower(${column}::text) IN ('t', 'true', 'y', 'yes', 'on', '1')`,
	number: (column) => `CASE WHEN ${column}::text ~ ${NUMBER} THEN ${column}::text::double precision END`,
};

/**
 * On PostgreSQL the agent's columns refuse what SQLite takes: texts longer than it knew, statuses and empty places that it
 * did not. They are made as wide as ours; no row and no column goes.
 */
export async function fitAgentColumns(knex: Knex, table: string, wanted: WantedColumns, note: Note): Promise<void> {
	await dropChecks(knex, table, note);
	const columns = await readColumns(knex, table);
	const changing = columns.filter(({ name, type }) => name in wanted.kinds && TYPES[wanted.kinds[name]] !== type);
	await reportNoNumbers(
		knex,
		table,
		changing.filter(({ name }) => wanted.kinds[name] === 'number'),
		note,
	);
	const changes = [
		...changing.flatMap(({ name }) => retyped(knex, name, wanted.kinds[name])),
		...columns
			.filter(({ name, needed }) => needed && name !== 'id' && !wanted.filled.includes(name))
			.map(({ name }) => knex.raw('ALTER COLUMN ?? DROP NOT NULL', [name]).toString()),
	];
	if (changes.length > 0) await knex.raw(`ALTER TABLE ${table} ${changes.join(', ')}`);
	for (const { name, type } of changing) {
		const utc = wanted.kinds[name] === 'time' ? ', read as UTC' : '';
		note(`${table}: ${name} was ${type} and is ${TYPES[wanted.kinds[name]]} now${utc}`);
	}
	await knex.raw(`SELECT setval(pg_get_serial_sequence(?, 'id'), greatest(max(id), 1)) FROM ??`, [table, table]);
}

function retyped(knex: Knex, name: string, kind: Kind): string[] {
	const column = knex.raw('??', [name]).toString();
	return [
		`ALTER COLUMN ${column} DROP DEFAULT`,
		`ALTER COLUMN ${column} TYPE ${TYPES[kind]} USING ${CONVERSIONS[kind](column)}`,
	];
}

async function readColumns(knex: Knex, table: string): Promise<Column[]> {
	const { rows } = (await knex.raw(
		`SELECT column_name AS name, data_type AS type, is_nullable = 'NO' AS needed
		FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position`,
		[table],
	)) as { rows: Column[] };
	return rows;
}

/** What it allowed is less than what there is. */
async function dropChecks(knex: Knex, table: string, note: Note): Promise<void> {
	const { rows } = (await knex.raw(
		`SELECT conname AS name FROM pg_constraint WHERE conrelid = to_regclass(?) AND contype = 'c' ORDER BY conname`,
		[table],
	)) as { rows: { name: string }[] };
	for (const { name } of rows) {
		await knex.raw('ALTER TABLE ?? DROP CONSTRAINT ??', [table, name]);
		note(`${table}: the constraint ${name} of the Python agent was dropped`);
	}
}

async function reportNoNumbers(knex: Knex, table: string, columns: Column[], note: Note): Promise<void> {
	for (const { name } of columns) {
		const odd = await knex(table)
			.whereRaw(`??::text !~ ${NUMBER}`, [name])
			.whereRaw("??::text <> ''", [name])
			.groupBy(name)
			.select({ given: name })
			.count({ count: '*' });
		for (const { given, count } of odd as { given: unknown; count: string }[])
			note(`${count} row(s) of ${table}: ${name} "${String(given).slice(0, 40)}" became nothing`);
	}
}

const TIMES = ['created_at', 'updated_at'] as const;
const MAPPING_TEXTS = [
	...['department', 'team_name', 'system', 'api_endpoint', 'api_method', 'api_headers', 'settings'],
	'priority_threshold',
];
const TICKET_TEXTS = ['ticket_id', 'title', 'description', 'email', 'priority', 'status', 'ticket_metadata'];
const OPTIONAL_TICKET_TEXTS = [
	...['effective_priority', 'department', 'assigned_to', 'classification', 'external_ticket_id', 'external_url'],
	...['source', 'routed_to_system', 'error_message'],
];

export const MAPPING_COLUMNS: WantedColumns = {
	kinds: { ...kindsOf('text', MAPPING_TEXTS), ...kindsOf('time', TIMES), is_active: 'boolean' },
	filled: [...MAPPING_TEXTS, ...TIMES, 'is_active'],
};

export const TICKET_COLUMNS: WantedColumns = {
	kinds: {
		...kindsOf('text', [...TICKET_TEXTS, ...OPTIONAL_TICKET_TEXTS]),
		...kindsOf('time', TIMES),
		confidence_score: 'number',
		needs_review: 'boolean',
	},
	filled: [...TICKET_TEXTS, ...TIMES, 'needs_review'],
};

function kindsOf(kind: Kind, columns: readonly string[]): Record<string, Kind> {
	return Object.fromEntries(columns.map((column) => [column, kind]));
}
