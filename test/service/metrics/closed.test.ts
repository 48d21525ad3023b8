import { request as openRequest } from 'node:http';
import { startLocalServer, type LocalServer } from '../../helpers/local-server';
import { samplesIn } from '../../helpers/samples';
import { mapToHttp, startService, validBody, type RunningService } from '../../helpers/service';

const EVIL = [
	...['TKT-0123456789ABCDEF', 'whistle.blower@example.com', 'https://evil.example/hook?x=1', '__proto__'],
	...['Navy"} 1\nup 0', 'carrier_pigeon', '../../etc/passwd', '🐌'.repeat(40)],
];

let app: RunningService;
let target: LocalServer;
beforeEach(async () => {
	target = await startLocalServer(() => ({ status: 201 }));
	app = await startService({ ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0' });
	await mapToHttp(app, 'IT', { api_endpoint: target.url });
});
afterEach(async () => {
	await app.close();
	await target.close();
});

/** One of each kind of request, with words of the caller's in every place. */
async function traffic(words: string[], department: string): Promise<void> {
	for (const word of words) {
		const path = encodeURIComponent(word);
		const { json } = await app.submit(validBody({ title: word, source: word, metadata: { [word]: word } }));
		await app.submit(validBody({ email: word, priority: word }), { 'idempotency-key': path });
		await app.submit({ [word]: word });
		await app.call('GET', `/webhook/ticket/${path}?expand=${path}`);
		await app.call('GET', `/tickets?department=${path}&status=${path}&text=${path}`);
		await app.call('POST', `/tickets/${String(json.ticket_id)}/correct`, { body: { department, note: word } });
		await app.call('POST', `/tickets/${path}/correct`, { body: { department: word } });
		await app.call('POST', `/mappings`, { body: { department: word, system: word, api_endpoint: word } });
		await app.call('POST', `/mappings/${path}/test`, { body: {} });
		await app.call('GET', `/${path}/${path}`);
		await app.call('POST', '/tickets/erase', { body: { email: `${path}@example.com` } });
	}
}

/** A request with a method that fetch does not know. */
async function callRarely(method: string): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		openRequest(`${app.url}/tickets`, { method }, (response) => response.resume().on('end', resolve))
			.on('error', reject)
			.end();
	});
}

async function seriesOf(): Promise<string[]> {
	const { text } = await app.call('GET', '/metrics');
	return [...samplesIn(text).keys()].filter((name) => !/^(nodejs|process)_/.test(name)).sort();
}

it('whatever callers write, there are as many series as before', async () => {
	await traffic(EVIL, 'HR');
	await callRarely('PROPFIND');
	await seriesOf();
	const before = await seriesOf();
	const others = EVIL.map((word) => `${word.slice(0, 40)}-2`);
	await traffic(others, 'HR');
	for (const method of ['MKCALENDAR', 'PURGE', 'UNSUBSCRIBE']) await callRarely(method);
	const after = await seriesOf();
	expect(after).toEqual(before);
	for (const word of [...EVIL, ...others]) expect(after.join('\n')).not.toContain(word.slice(0, 30));
});

it('departments and systems that are not configured any more share a label', async () => {
	const { ticket_id: id } = (await app.submit(validBody())).json;
	await app.service
		.knex('ticket_logs')
		.where({ ticket_id: id })
		.update({ status: 'failed', corrected_department: EVIL[0] });
	await app.call('POST', `/tickets/${String(id)}/retry`, { body: {} });
	const series = (await seriesOf()).join('\n');
	expect(series).toContain('tickets_by_department{department="other"}');
	for (const word of EVIL) expect(series).not.toContain(word);
});

it('requests are timed by pattern, method and status', async () => {
	await app.submit(validBody());
	await app.submit({});
	await app.call('GET', '/webhook/ticket/TKT-1');
	await app.call('GET', '/nowhere');
	await app.call('DELETE', '/tickets');
	const { text } = await app.call('GET', '/metrics');
	const counts = [...samplesIn(text)].filter(([name]) => name.startsWith('http_request_duration_seconds_count'));
	const written = counts.map(([name, count]) => `${name.replace(/^[^{]*/, '')} ${count}`);
	expect(written.sort()).toEqual([
		'{method="DELETE",route="/tickets",status="405"} 1',
		'{method="GET",route="/webhook/ticket/:id",status="404"} 1',
		'{method="GET",route="unknown",status="404"} 1',
		'{method="POST",route="/webhook/ticket",status="200"} 1',
		'{method="POST",route="/webhook/ticket",status="422"} 1',
	]);
});
