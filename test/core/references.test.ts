import fc from 'fast-check';
import type { Mapping } from '../../core/mapping';
import { resolveReferences } from '../../core/references';
import { hostileText } from '../helpers/arbitraries';
import { buildMapping, thrownBy } from '../helpers/tickets';

const environment = new Map([
	['TOKEN', 's3cret'],
	['DESK', 'https://desk.example'],
	['DESK_WITH_SLASH', 'https://desk.example/'],
	['BLANK', ''],
	['NESTED', '${TOKEN}'],
	['DOLLARS', "$& $1 $' $$"],
]);
const resolve = (overrides: Partial<Mapping>): Mapping =>
	resolveReferences(buildMapping(overrides), (name) => environment.get(name));

test('endpoint, headers and settings are filled, at any depth', () => {
	const settings = { project_key: 'IT', list: ['${TOKEN}', 1, null, { deep: 'a ${TOKEN} b ${TOKEN}' }], on: true };
	const resolved = resolve({ endpoint: '${DESK}/x', headers: { authorization: 'Bearer ${TOKEN}' }, settings });
	expect(resolved.endpoint).toBe('https://desk.example/x');
	expect(resolved.headers).toEqual({ authorization: 'Bearer s3cret' });
	expect(resolved.settings).toEqual({
		project_key: 'IT',
		list: ['s3cret', 1, null, { deep: 'a s3cret b s3cret' }],
		on: true,
	});
});

test('the mapping given is not changed, and the rest of it is kept', () => {
	const given = buildMapping({
		headers: { a: '${TOKEN}' },
		teamName: '${TOKEN}',
		method: '${TOKEN}',
	});
	const before = structuredClone(given);
	expect(resolveReferences(given, () => 'v')).toEqual({ ...before, headers: { a: 'v' } });
	expect(given).toEqual(before);
});

test.each([
	['${DESK}', 'https://desk.example'],
	['${DESK_WITH_SLASH}', 'https://desk.example/'],
	['${DESK}/api', 'https://desk.example/api'],
	['${DESK_WITH_SLASH}/api', 'https://desk.example/api'],
	['${DESK_WITH_SLASH}/', 'https://desk.example/'],
	['${DESK}//api', 'https://desk.example//api'],
	['${DOLLARS}/x', "$& $1 $' $$/x"],
	['${NESTED}', '${TOKEN}'],
	['https://desk.example/$TOKEN', 'https://desk.example/$TOKEN'],
])('the endpoint %s becomes %s', (endpoint, resolved) => expect(resolve({ endpoint }).endpoint).toBe(resolved));

test.each(['$TOKEN', '${}', '${1A}', '${TO KEN}', '$ {TOKEN}', '${TOKEN', '{TOKEN}', '${TÖKEN}'])(
	'%s is no reference',
	(text) => {
		expect(resolve({ headers: { a: text } }).headers).toEqual({ a: text });
	},
);

test('a value is put in as it is: no reference in it is followed, no dollar means anything', () => {
	expect(resolve({ headers: { a: '${NESTED}', b: '${DOLLARS}' } }).headers).toEqual({
		a: '${TOKEN}',
		b: "$& $1 $' $$",
	});
});

test('every reference without a value is named once, and no value that was found', () => {
	const error = thrownBy(() =>
		resolve({
			endpoint: '${NO_0}/x',
			headers: { a: '${NO_1} ${NO_1} ${TOKEN}' },
			settings: { b: ['${NO_2} ${BLANK}'] },
		}),
	);
	expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
	expect(error.message).toContain('NO_0, NO_1, NO_2, BLANK');
	expect(error.message).not.toContain('s3cret');
});

test('names of the prototype are names like any other', () => {
	const headers = JSON.parse('{"__proto__":"${TOKEN}","constructor":"x"}') as Record<string, string>;
	const resolved = resolve({ headers });
	expect(Object.entries(resolved.headers)).toEqual([
		['__proto__', 's3cret'],
		['constructor', 'x'],
	]);
	expect(Object.getPrototypeOf(resolved.headers)).toBe(Object.prototype);
});

test('text without references comes back as it was', () => {
	const plain = hostileText.map((text) => text.replaceAll('$', ''));
	fc.assert(
		fc.property(
			fc.dictionary(hostileText, plain),
			fc.dictionary(hostileText, fc.oneof(plain, fc.array(plain))),
			(headers, settings) => {
				const resolved = resolve({ headers, settings });
				expect(Object.entries(resolved.headers)).toEqual(Object.entries(headers));
				expect(Object.entries(resolved.settings)).toEqual(Object.entries(settings));
			},
		),
	);
});
