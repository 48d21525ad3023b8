import { startService, type RunningService } from '../../helpers/service';

let app: RunningService;
beforeAll(async () => {
	app = await startService();
});
afterAll(() => app.close());

it('/docs is made of files of this installation alone', async () => {
	const { text, headers } = await app.call('GET', '/docs');
	const links = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link);
	expect(links).toHaveLength(4);
	expect(headers.get('content-security-policy')).toContain("script-src 'self'");
	for (const link of links) {
		expect(link).not.toMatch(/^(https?:)?\/\//);
		const { status, headers: asset } = await app.call('GET', `/${link}`);
		expect(status).toBe(200);
		expect(asset.get('content-type')).toMatch(/css|javascript|png/);
	}
});

it('starts with the document of this service', async () => {
	expect((await app.call('GET', '/docs/start.js')).text).toContain("url: 'openapi.json'");
	expect((await app.call('GET', '/openapi.json')).json).toMatchObject({
		openapi: '3.1.0',
		info: { version: '0.0.0-test' },
	});
});
