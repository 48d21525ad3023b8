import fc from 'fast-check';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { mappingProblems } from '../../core/mapping-problems';
import { resolveReferences } from '../../core/references';
import type { Mapping } from '../../core/mapping';
import { buildMapping, PROTOTYPE_NAMES } from '../helpers/tickets';

const OWN = ['GEMINI_API_KEY', 'TRIAGE_API_KEYS', 'DATABASE_URL'];
const problemsOf = (mapping: Partial<Mapping>) => mappingProblems(buildMapping(mapping), DEFAULT_DEPARTMENTS, OWN);
const fieldsOf = (mapping: Partial<Mapping>): string[] => problemsOf(mapping).map(({ field }) => field);

test.each<[string, Partial<Mapping>]>([
	['as built', {}],
	['in any case', { department: ' fInAnCe ' }],
	['to General', { department: 'general' }],
	['to the inbox, with no address', { system: 'inbox', endpoint: '' }],
	[
		'referring to variables of others',
		{ headers: { Authorization: 'Bearer ${JIRA_TOKEN}' }, settings: { a: ['${B}'] } },
	],
	['to an address of a variable', { endpoint: '${DESK_URL}' }],
	['to a path below one', { endpoint: '${DESK_URL}/api/tickets' }],
	['with a pace of its own', { settings: { max_at_once: 2, max_per_minute: '${RATE}' } }],
	['naming a variable without referring to it', { headers: { 'X-A': '$GEMINI_API_KEY {DATABASE_URL}' } }],
])('a mapping %s has no problem', (_name, mapping) => expect(problemsOf(mapping)).toEqual([]));

test('General is there where the list leaves it out', () => {
	const [it] = DEFAULT_DEPARTMENTS;
	expect(mappingProblems(buildMapping({ department: 'General' }), [it])).toEqual([]);
	expect(mappingProblems(buildMapping({ department: 'HR' }), [it])).toEqual([
		{ field: 'department', message: 'must be one of IT, General' },
	]);
});

test.each<[string, Partial<Mapping>, string]>([
	['an unknown department', { department: 'Catering' }, 'department'],
	['no department', { department: '' }, 'department'],
	['an unknown system', { system: 'carrier_pigeon' }, 'system'],
	['a system in another case', { system: 'HTTP' }, 'system'],
	['a priority nobody knows', { priorityThreshold: 'urgent' as Mapping['priorityThreshold'] }, 'priority_threshold'],
	['no address', { endpoint: '' }, 'api_endpoint'],
	['a method that changes nothing', { method: 'GET' }, 'api_method'],
	['a header that HTTP does not allow', { headers: { 'X A': 'b' } }, 'api_headers'],
	['a header of the transport', { headers: { Host: 'x' } }, 'api_headers'],
	['a reference within the address', { endpoint: 'https://desk.example/${TOKEN}' }, 'api_endpoint'],
	['two references in the address', { endpoint: '${DESK_URL}/${TOKEN}' }, 'api_endpoint'],
	['a variable of the service as address', { endpoint: '${DATABASE_URL}' }, 'api_endpoint'],
	['a variable of the service before a path', { endpoint: '${DATABASE_URL}/x' }, 'api_endpoint'],
	['one to the inbox, which has no address', { system: 'inbox', endpoint: '${DATABASE_URL}' }, 'api_endpoint'],
	['too many at once', { settings: { max_at_once: 65 } }, 'settings.max_at_once'],
	['no request a minute', { settings: { max_per_minute: 0 } }, 'settings.max_per_minute'],
	['a pace of the inbox that is none', { system: 'inbox', settings: { max_at_once: 'x' } }, 'settings.max_at_once'],
	['the key of the model', { headers: { 'X-A': 'Bearer ${GEMINI_API_KEY}' } }, 'api_headers'],
	['the keys of callers, deep', { settings: { a: [{ b: 'x${TRIAGE_API_KEYS}' }] } }, 'settings'],
	['the database to the inbox', { system: 'inbox', settings: { a: '${DATABASE_URL}' } }, 'settings'],
])('%s is named', (_name, mapping, field) => expect(fieldsOf(mapping)).toEqual([field]));

test('everything is told at once, and without the values', () => {
	const problems = problemsOf({
		department: 'secret-1',
		priorityThreshold: 'secret-2' as Mapping['priorityThreshold'],
		endpoint: 'secret-3',
		method: 'secret-4',
		headers: { 'X A': 'secret-5', 'X-B': '${DATABASE_URL}' },
		settings: { key: 'secret-6 ${GEMINI_API_KEY}' },
	});
	expect(problems.map(({ field }) => field).sort()).toEqual(
		[
			...['department', 'priority_threshold', 'api_endpoint', 'api_method'],
			...['api_headers', 'api_headers', 'settings'],
		].sort(),
	);
	expect(JSON.stringify(problems)).not.toContain('secret-');
});

test.each(PROTOTYPE_NAMES)('%s is a name like any other', (name) => {
	expect(fieldsOf({ department: name, system: name })).toEqual(['department', 'system']);
	expect(fieldsOf({ settings: Object.fromEntries([[name, '${DATABASE_URL}']]) })).toEqual(['settings']);
});

test('what has no problem resolves without the values of the service', () => {
	const piece = fc.constantFrom('${', '}', '$', '{', 'DATABASE_URL', '${DATABASE_URL}', '${OTHER}', ' ', 'x');
	const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
	fc.assert(
		fc.property(text, text, fc.constantFrom('DESK', 'DATABASE_URL'), (header, setting, desk) => {
			const endpoint = `\${${desk}}/x`;
			const mapping = buildMapping({ endpoint, headers: { 'X-A': header }, settings: { a: { b: [setting] } } });
			const looked: string[] = [];
			resolveReferences(mapping, (name) => (looked.push(name), 'value'));
			expect(mappingProblems(mapping, DEFAULT_DEPARTMENTS, OWN).length > 0).toBe(looked.includes('DATABASE_URL'));
		}),
	);
});
