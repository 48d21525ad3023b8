import {
	addressOf,
	endpointOf,
	endpointProblems,
	isPendingAddress,
	paceProblems,
	siteOf,
} from '../../../../core/connectors/common/settings';
import { buildMapping, thrownBy } from '../../../helpers/tickets';

const problemsOf = (endpoint: string): string[] => endpointProblems(buildMapping({ endpoint }), 'https://x.example');

test.each(['${DESK_URL}', '${_a1}', '${DESK_URL}/', '${DESK_URL}/api/tickets?x=1#y'])(
	'%s is an address to come, and never one to send to',
	(endpoint) => {
		expect(isPendingAddress(endpoint)).toBe(true);
		expect(problemsOf(endpoint)).toEqual([]);
		const mapping = buildMapping({ endpoint });
		expect(thrownBy(() => endpointOf(mapping))).toMatchObject({ code: 'misconfigured', retryable: false });
		expect(thrownBy(() => addressOf(mapping, '/x')).message).toContain('check the variable');
	},
);

test.each([
	'https://${HOST}',
	'https://desk.example/${KEY}',
	'https://desk.example?key=${KEY}',
	'${SCHEME}://desk.example',
	'${DESK_URL}.example',
	'${DESK_URL}?key=1',
	'${A}${B}',
	'${A}/${B}',
	' ${DESK_URL}',
	'${DESK_URL}\n',
	'${DESK_URL}/a b',
])('in %j a reference is in the wrong place', (endpoint) => {
	expect(problemsOf(endpoint)).toEqual([expect.stringContaining('only stand at the beginning of the endpoint')]);
	expect(thrownBy(() => endpointOf(buildMapping({ endpoint }))).code).toBe('misconfigured');
});

test.each(['', 'desk.example', '$DESK_URL', '${DESK-URL}', '${}/x', 'ftp://desk.example', 'https://a b'])(
	'%j is neither an address nor one to come',
	(endpoint) => expect(problemsOf(endpoint)).toEqual([expect.stringContaining('such as https://x.example')]),
);

test.each(['https://desk.example', 'http://[::1]:8080/a', 'HTTPS://DESK.example?x=${'])(
	'%s is an address',
	(endpoint) => {
		expect(problemsOf(endpoint)).toEqual([]);
		expect(endpointOf(buildMapping({ endpoint }))).toBe(endpoint);
	},
);

const API = /\/api\/v2(?:\/tickets)?$/iu;

test.each([
	['https://desk.example', 'https://desk.example'],
	['https://desk.example/', 'https://desk.example'],
	['https://desk.example/api/v2', 'https://desk.example'],
	['https://desk.example/API/v2//', 'https://desk.example'],
	['https://desk.example/help//api/v2/tickets/?x=/api/v2#y', 'https://desk.example/help'],
	['https://desk.example/api/v2/users', 'https://desk.example/api/v2/users'],
	['https://desk.example/myapi/v2', 'https://desk.example/myapi/v2'],
	['${DESK_URL}/api/v2/', '${DESK_URL}'],
])('the site of %s is %s', (endpoint, site) => expect(siteOf(endpoint, API)).toBe(site));

test('an address is that of a path below the site', () => {
	const mapping = buildMapping({ endpoint: 'https://desk.example/api/v2/?x=1' });
	expect(addressOf(mapping, '/api/v2/tickets', API)).toBe('https://desk.example/api/v2/tickets');
	expect(addressOf(mapping, '/tickets')).toBe('https://desk.example/api/v2/tickets');
});

const paceProblemsOf = (settings: Record<string, unknown>): string[] => paceProblems(buildMapping({ settings }));

test.each([1, 9, 10, 59, 63, 64, '64', '${MOST}', null, '', undefined])('max_at_once may be %j', (max_at_once) => {
	expect(paceProblemsOf({ max_at_once })).toEqual([]);
});

test.each([1, 99, 1000, 5999, 6000, '60', '${MOST}', null])('max_per_minute may be %j', (max_per_minute) => {
	expect(paceProblemsOf({ max_per_minute })).toEqual([]);
});

test.each([0, -1, 65, 100, 1.5, '1e1', '08', 's3cret', true, [1], {}, Infinity])(
	'max_at_once must not be %j',
	(max_at_once) => {
		expect(paceProblemsOf({ max_at_once })).toEqual(['settings.max_at_once must be a whole number from 1 to 64']);
	},
);

test.each([0, 6001, 10_000, 0.5, 'many', false, {}])('max_per_minute must not be %j', (max_per_minute) => {
	expect(paceProblemsOf({ max_per_minute })).toEqual(['settings.max_per_minute must be a whole number from 1 to 6000']);
});
