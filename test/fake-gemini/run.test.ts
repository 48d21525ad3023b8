import { runFakeGemini } from '../../fake-gemini/run';
import type { FakeGemini } from '../../fake-gemini/server';
import { TICKETS, send } from './client';

it('says how to use it, a line for each request without a word of its tickets, and ends when told', async () => {
	const said: string[] = [];
	let end = (): void => undefined;
	await runFakeGemini(['--port', '0', '--latency', '0', '--per-ticket', '0', '--fault', 'unavailable=0.07'], {
		say: (text) => void said.push(text),
		onEnd: (callback) => void (end = callback),
	});
	const url = /GEMINI_API_KEY=fake GEMINI_BASE_URL=(http:\/\/127\.0\.0\.1:\d+) npm start/u.exec(said[0])?.[1] ?? '';
	expect(said[0]).toContain('Faults: unavailable 7 %.');
	const fake = { url } as FakeGemini;
	await send(fake);
	await send(fake, undefined, { key: 'secret-of-mine' });
	const path = '/v1beta/models/gemini-3.5-flash-lite:generateContent';
	expect(said.slice(1)).toEqual([
		expect.stringMatching(new RegExp(`^[\\d:.]{12} POST ${path}, 3 tickets, \\d+ tokens: \\d{3} after \\d+ ms`, 'u')),
		expect.stringMatching(new RegExp(`^[\\d:.]{12} POST ${path}: 400 after \\d+ ms`, 'u')),
	]);
	for (const word of [...TICKETS.map(({ title }) => title), 'secret']) expect(said.join()).not.toContain(word);
	end();
	end();
	await expect(send(fake)).rejects.toThrow('fetch failed');
});

it('explains itself', async () => {
	const said: string[] = [];
	await runFakeGemini(['--help'], { say: (text) => void said.push(text), onEnd: () => undefined });
	expect(said).toEqual([expect.stringMatching(/^Usage: npm run fake-gemini/u)]);
});
