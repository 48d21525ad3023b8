import fc from 'fast-check';
import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { plainForm } from '../../../service/cli/mappings/form';
import { planImport, type Plan } from '../../../service/cli/mappings/plan';
import type { StoredMapping } from '../../../service/store/mappings';
import { newMapping } from '../../helpers/mappings-cli';

const AT = '2026-01-31T12:00:00.000Z';
const LATER = '2026-02-01T12:00:00.000Z';

const stored = (id: number, overrides: Partial<StoredMapping> = {}): StoredMapping => ({
	...newMapping(overrides),
	...{ id, createdAt: AT, updatedAt: AT, ...overrides },
});

const plan = (values: unknown[], mappings: StoredMapping[], replace = false): Plan => {
	const entries = values.map((value, i) => ({ number: i + 1, value, lineOf: () => i + 1 }));
	return planImport(entries, mappings, { departments: DEFAULT_DEPARTMENTS, replace });
};

/** The ids that each entry changes, `+` for a new one; those that change nothing in brackets. */
const effect = ({ changes }: Plan): string =>
	changes
		.map((one) => (!one.stored ? '+' : one.fields.length > 0 ? `${one.stored.id}` : `(${one.stored.id})`))
		.join(' ');

const entry = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
	...plainForm(newMapping()),
	...overrides,
});

const IT = stored(1);
const IT_HIGH = stored(2, { priorityThreshold: 'high' });
const HR = stored(3, { department: 'HR', teamName: 'People Operations' });

describe('an entry is', () => {
	it.each<[string, Record<string, unknown>, string]>([
		['the one that is stored as it is', entry(), '(1)'],
		['the one with its id', entry({ id: 3, settings: { queue: 'x' } }), '3'],
		['the one with its id and time', entry({ id: 3, created_at: AT, settings: { queue: 'x' } }), '3'],
		[
			'the one with its id and time, written otherwise',
			entry({ id: 3, created_at: '2026-01-31T13:00:00+01:00', is_active: false }),
			'3',
		],
		['none by an id of another database', entry({ id: 3, created_at: LATER, priority_threshold: 'critical' }), '+'],
		['the one with its name for an id that is not there', entry({ id: 99, settings: { queue: 'x' } }), '1'],
		[
			'the one with its name, whatever its case, with the usual team',
			{ department: 'it', system: 'http', api_endpoint: 'https://x.example' },
			'1',
		],
		['the one with its name where the priority is told', entry({ priority_threshold: 'high', is_active: false }), '2'],
		['new where the team is another', entry({ team_name: 'Second Level' }), '+'],
		['new where the system is another', { department: 'IT', system: 'inbox' }, '+'],
		['found with a null for an id', entry({ id: null, created_at: null }), '(1)'],
	])('%s', (_name, value, expected) => expect(effect(plan([value], [IT, IT_HIGH, HR]))).toBe(expected));
});

test('priorities that move up one mapping each are changes of these, by their ids', () => {
	const values = [entry({ id: 1, priority_threshold: 'high' }), entry({ id: 2, priority_threshold: 'critical' })];
	expect(effect(plan(values, [IT, IT_HIGH]))).toBe('1 2');
});

test('two mappings of one name are told apart by what else they say', () => {
	const twin = stored(4, { endpoint: 'https://other.example/' });
	const values = [entry({ api_endpoint: 'https://other.example/' }), entry()];
	expect(effect(plan(values, [IT, twin]))).toBe('(4) (1)');
	expect(effect(plan([...values, entry()], [IT, twin]))).toBe('(4) (1) +');
});

test('masks keep what is stored of the same mapping, and only there', () => {
	const secret = stored(5, { headers: { 'X-Key': 'hush' }, settings: { signing_secret: 'hush-too' } });
	const masked = { api_endpoint: 'https://desk.example/•••', api_headers: { 'x-key': '•••' } };
	const value = entry({ ...masked, settings: { signing_secret: '•••', queue: 'x' } });
	expect(() => plan([value], [secret])).toThrow('settings.signing_secret must be whsec_');
	const plain = stored(5, { headers: { 'X-Key': 'hush' } });
	const [change] = plan([entry({ ...masked, settings: { queue: 'x' } })], [plain]).changes;
	expect(change).toMatchObject({ fields: ['api_headers', 'settings'], mapping: { endpoint: plain.endpoint } });
	expect(change.mapping.headers).toEqual({ 'x-key': 'hush' });
	const elsewhere = entry({ ...masked, id: 5, api_endpoint: 'https://evil.example/' });
	expect(() => plan([elsewhere], [plain])).toThrow('api_headers.x-key is masked, and the mapping leads to another');
	expect(() => plan([entry(masked)], [])).toThrow('api_headers.x-key is masked, and nothing is stored');
});

test('every problem of every entry is named, with the entry, its line and the field', () => {
	const values = [
		entry(),
		{ department: 'Nowhere', system: 'pigeon', settings: { a: '${DATABASE_URL}' }, colour: 'red' },
		'hush',
		entry({ id: 7, created_at: 'yesterday', priority_threshold: 'urgent' }),
		entry({ id: 7, api_headers: { Host: 'x' } }),
		entry({ id: '7' }),
	];
	const say = (): unknown => plan(values, []);
	expect(say).toThrow('Nothing was written:');
	for (const problem of [
		'entry 2, line 2: colour is not a field',
		'entry 2, line 2: department must be one of IT, HR',
		'entry 2, line 2: system must be one of inbox, http',
		'entry 2, line 2: settings must not refer to DATABASE_URL',
		'entry 3, line 3: must be an object with department and system',
		'entry 4, line 4: created_at must be a time',
		'entry 4, line 4: priority_threshold must be one of low',
		'entry 5, line 5: id is that of entry 4 too',
		'entry 5, line 5: api_headers: the mapping must not set the header host',
		'entry 6, line 6: id must be a whole number',
	]) {
		expect(say).toThrow(problem);
	}
	expect(say).not.toThrow('entry 1,');
	expect(say).not.toThrow('hush');
});

test('--replace deletes what the file does not have, but never everything', () => {
	expect(plan([entry()], [IT, HR], true)).toMatchObject({ deleted: [HR], others: 0 });
	expect(plan([entry()], [IT, HR])).toMatchObject({ deleted: [], others: 1 });
	expect(plan([], [IT, HR])).toEqual({ changes: [], deleted: [], others: 2 });
	expect(() => plan([], [IT, HR], true)).toThrow('--replace with an empty list would delete every mapping');
});

/** Few enough values that names, ids and contents collide. */
const anyEntry = fc.record(
	{
		department: fc.constantFrom('IT', 'it', 'HR'),
		system: fc.constantFrom('inbox', 'http'),
		api_endpoint: fc.constantFrom('https://a.example/', 'https://b.example/x'),
		priority_threshold: fc.constantFrom('low', 'high', null),
		settings: fc.constantFrom({}, { queue: 'x' }, { body: { a: [1, '{{title}}'] } }),
		is_active: fc.boolean(),
		id: fc.integer({ min: 1, max: 6 }),
		created_at: fc.constantFrom(AT, LATER),
	},
	{ requiredKeys: ['department', 'system', 'api_endpoint'] },
);
const anyFile = fc.uniqueArray(anyEntry, { maxLength: 6, selector: ({ id }) => id ?? Symbol('none') });
const anyStored = fc
	.array(anyEntry, { maxLength: 6 })
	.map((entries) => entries.flatMap((one, i) => applied(plan([{ ...one, id: null }], []), [], i + 1)));

/** What is stored after a plan, new ones with ids from `next` on, in the order in which they are listed. */
function applied({ changes, deleted, others }: Plan, before: StoredMapping[], next = 100): StoredMapping[] {
	const written = changes.map(({ mapping, stored: old }, i) => ({
		...{ id: next + i, createdAt: '2026-03-01T12:00:00.000Z', updatedAt: LATER, ...old, ...mapping },
	}));
	const ids = new Set([...written, ...deleted].map(({ id }) => id));
	const rest = before.filter(({ id }) => !ids.has(id));
	expect(rest).toHaveLength(others);
	return [...written, ...rest].sort((a, b) =>
		a.department < b.department ? -1 : a.department > b.department ? 1 : a.id - b.id,
	);
}

test('the same file again changes nothing, whatever it says and whatever is stored', () => {
	fc.assert(
		fc.property(anyFile, anyStored, fc.boolean(), fc.integer({ min: 1, max: 8 }), (values, before, replace, shift) => {
			fc.pre(!replace || values.length > 0);
			const first = plan(values, before, replace);
			// Ids of new mappings may be such as the file has for others.
			const next = Math.max(shift, ...before.map(({ id }) => id + 1));
			const after = applied(first, before, next);
			const second = plan(values, after, replace);
			expect(second.changes.every(({ stored: one, fields }) => one && fields.length === 0)).toBe(true);
			expect([second.deleted, second.others]).toEqual([[], first.others]);
			const wanted = first.changes.map(({ mapping }) => JSON.stringify(plainForm(mapping))).sort();
			const there = after.map((one) => JSON.stringify(plainForm(one)));
			for (const one of wanted) {
				expect(there).toContain(one);
				there.splice(there.indexOf(one), 1);
			}
			expect(there).toHaveLength(first.others);
		}),
		{ numRuns: 300 },
	);
});
