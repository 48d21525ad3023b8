import { openApiDocument } from '../../../service/http/openapi';
import { SCOPES, scopesFor, type Scope } from '../../../service/http/scopes';
import { startService, validBody, type RunningService } from '../../helpers/service';

const keyFor = (scope: Scope): string => `a-key-that-is-for-${scope}`;
const KEYS = SCOPES.map((scope) => `${scope}:${scope}:${keyFor(scope)}`).join(',');

let app: RunningService;
beforeAll(async () => {
	app = await startService({ TRIAGE_API_KEYS: KEYS });
});
afterAll(() => app.close());

const { paths } = openApiDocument('1.0.0', true) as {
	paths: Record<string, Record<string, { security?: Record<string, string[]>[]; responses?: object }>>;
};
const operations = Object.entries(paths).flatMap(([path, methods]) =>
	Object.entries(methods)
		.filter(([method]) => ['get', 'post', 'put', 'delete'].includes(method))
		.map(([method, operation]): [string, string, Set<string>] => {
			const scopes = (operation.security ?? []).flatMap((one) => Object.values(one).flat());
			return [method.toUpperCase(), path, new Set(scopes)];
		}),
);

it.each(operations)(
	'%s %s opens for the scopes that the document names, and no other',
	async (method, path, scopes) => {
		const isOpenToAll = scopes.size === 0;
		expect(isOpenToAll).toBe(['/health', '/livez', '/readyz'].includes(path));
		for (const scope of SCOPES) {
			const headers = { 'x-api-key': keyFor(scope) };
			const { status, json } = await app.call(method, path.replace('{id}', '999999'), { headers });
			expect([scope, status === 403]).toEqual([scope, !isOpenToAll && !scopes.has(scope)]);
			if (status === 403) expect(json.detail).toContain(`yours is for ${scope}`);
		}
	},
);

it('says with which scope a key would be let in', async () => {
	const { headers } = await app.call('GET', '/mappings', { headers: { 'x-api-key': keyFor('submit') } });
	expect(headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="read"');
});

it('a form sends a ticket and sees what became of it, and nothing else', async () => {
	const headers = { authorization: `Bearer ${keyFor('submit')}` };
	const { status, json } = await app.submit(validBody(), headers);
	expect(status).toBe(200);
	expect((await app.call('GET', `/webhook/ticket/${String(json.ticket_id)}`, { headers })).json).toEqual(json);
	for (const path of ['/tickets', '/mappings', '/subscriptions', '/metrics', '/nix']) {
		expect((await app.call('GET', path, { headers })).status).toBe(403);
	}
});

it.each([
	['POST', '/webhook/ticket/', 'submit'],
	['POST', '/WEBHOOK/Tickets', 'submit'],
	['GET', '/webhook/ticket/TKT-1/', 'submit'],
	['POST', '/webhook/ticket/TKT-1', 'admin'],
	['POST', '/webhook/ticket//', 'admin'],
	['POST', '/webhook/%74icket', 'admin'],
	['GET', '/webhook/ticket/TKT-1/more', 'read'],
	['GET', '/webhook/ticket', 'read'],
	['GET', '/mappings', 'read'],
	['HEAD', '/tickets', 'read'],
	['OPTIONS', '/tickets', 'admin'],
	['DELETE', '/webhook/ticket', 'admin'],
	['PATCH', '/anything', 'admin'],
])('%s %s is for %s', (method, path, first) => {
	expect(scopesFor(method, path)[0]).toBe(first);
	expect(scopesFor(method, path)).toContain('admin');
});
