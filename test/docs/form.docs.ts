import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { findChromium } from '../e2e/browser';
import { stepsOf, textOf, type Step } from '../helpers/docs-page';
import { newDatabaseUrl, spawnService } from '../helpers/process';

const isForm = (step: Step): step is Extract<Step, { kind: 'file' }> =>
	step.kind === 'file' && step.name === 'form.html';
const KEY = 'ZQ3m9hGg1dQnIBUdZmUMXPmMeHSCGpMkXmbCrgMbmSQ';

async function serve(text: () => string): Promise<{ server: Server; url: string }> {
	const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(text()));
	await once(server.listen(0, '127.0.0.1'), 'listening');
	return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it('the form of docs/sending.md sends a ticket from a page of another origin, in a real browser', async () => {
	const form = stepsOf(textOf('docs/sending.md')).find(isForm)?.content ?? '';
	let html = '';
	const { server, url } = await serve(() => html);
	const environment = { DATABASE_URL: newDatabaseUrl(), TRIAGE_API_KEYS: `form:submit:${KEY}`, ALLOWED_ORIGINS: url };
	const service = await spawnService(environment);
	html = form.replace('http://127.0.0.1:8000', service.url);
	const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
	try {
		const page = await browser.newPage();
		await page.goto(url);
		await page.fill('[name=title]', 'Heating');
		await page.fill('[name=description]', 'Room 204 is cold.');
		await page.fill('[name=email]', 'bo@example.com');
		await page.click('button');
		const answer = page.locator('output', { hasText: 'TKT-' });
		await answer.waitFor();
		expect(await answer.textContent()).toMatch(/^Thank you: TKT-[0-9A-F]{24}$/);
	} finally {
		await browser.close();
		await service.kill('SIGTERM');
		server.close();
	}
});
