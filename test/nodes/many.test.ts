import { join } from 'node:path';
import { createJiraServer, SERVER_LOGIN } from '../../fake-targets/jira-server';
import { startFakeTarget } from '../../fake-targets/server';
import { startLocalServer } from '../helpers/local-server';
import type { ManyInput, ManyRun } from '../helpers/many-items';
import { runScript } from '../helpers/script';

const MEGABYTE = 2 ** 20;

test('1,000 items through both nodes: each once, in order, with its pair, and nothing piles up', async () => {
	const http = await startLocalServer(() => ({ status: 201, body: { id: 1 } }));
	const jira = await startFakeTarget(createJiraServer());
	const input: ManyInput = { http: http.url, jira: jira.url, token: SERVER_LOGIN.token };
	const [few, ...many] = (await runScript(join(__dirname, '../helpers/many-items.ts'), input)) as ManyRun[];
	await Promise.all([http.close(), jira.close()]);

	for (const { items, numbers, pairs, routes } of [few, ...many]) {
		expect(numbers).toEqual(Array.from({ length: items }, (_, n) => n));
		expect(pairs).toEqual(Array.from({ length: items }, (_, item) => ({ item })));
		expect(routes).toEqual(numbers.map((_, n) => ['http', 'jira_server', 'inbox'][n % 3]));
	}
	// Whatever is read or sent, is so for each item, however many there are.
	for (const { reads } of many) expect(reads).toBeLessThanOrEqual(few.reads * 10);
	const atHttp = [34, 334, 334, 334].reduce((sum, one) => sum + one);
	expect(http.requests).toHaveLength(atHttp);
	const searches = [33, 333, 333, 333].reduce((sum, one) => sum + one);
	expect(jira.target.tickets).toHaveLength(333);
	expect(jira.requests).toHaveLength(searches + 333);

	// About 1.7 MB is held by a result, and 0.1 MB by what the script itself keeps of each run.
	const free = many.map((run) => run.free);
	expect(Math.max(...free.slice(1)) - free[0]).toBeLessThan(MEGABYTE);
	for (const { held, free: after } of many) expect(held - after).toBeLessThan(8 * MEGABYTE);
}, 120_000);
