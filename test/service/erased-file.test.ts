import { readFileSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../../service/logger';
import { createErasing } from '../../service/pipeline/erasing';
import { newDatabaseUrl } from '../helpers/process';
import { eventually, startService, type RunningService } from '../helpers/service';

const PLANTED = 'Zwetschgenkuchen';
const EMAIL = `${PLANTED}@example.com`;

let app: RunningService;
let url: string;
beforeEach(async () => {
	url = newDatabaseUrl();
	app = await startService({ DATABASE_URL: url, CONFIDENCE_THRESHOLD: '1', SYNC_WAIT_MS: '0' });
});
afterEach(() => app.close());

/** How often it is in the files of the database, its log among them. */
function planted(): number {
	const folder = dirname(url.replace('sqlite:', ''));
	const texts = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'latin1'));
	return texts.join('').split(new RegExp(PLANTED, 'i')).length - 1;
}

/** Of many lengths, so that rows change their places as they grow. */
async function submitMany(count: number): Promise<void> {
	for (let i = 0; i < count; i += 100) {
		const tickets = Array.from({ length: 100 }, (_, k) => ({
			title: `${PLANTED} ${i + k}`,
			description: `${PLANTED} ${'the printer is jammed '.repeat(((i + k) * 37) % 200)}${PLANTED}`,
			email: (i + k) % 2 === 0 ? EMAIL : EMAIL.toUpperCase(),
			metadata: { about: `${PLANTED} ${'x'.repeat(((i + k) * 91) % 1500)}` },
		}));
		const { status } = await app.call('POST', '/webhook/tickets', { body: { tickets } });
		expect(status).toBe(202);
	}
}

/** As soon as they are settled. */
async function eraseAll(count: number): Promise<void> {
	let erased = 0;
	await eventually(async () => {
		erased += Number((await app.call('POST', '/tickets/erase', { body: { email: EMAIL } })).json.erased);
		return erased === count || undefined;
	}, `${count} tickets to be erased`);
}

it('has nothing left of what was erased, not even where it once stood', async () => {
	await submitMany(1000);
	const before = planted();
	await eraseAll(1000);
	expect(planted()).toBeLessThan(before);
	// Rows that grew have left copies between the others.
	expect(planted()).toBeLessThan(100);
	await app.service.maintenance.run();
	expect(planted()).toBe(0);
});

it('has what was not erased', async () => {
	await submitMany(100);
	await app.call('POST', '/tickets/erase', { body: { email: 'other@example.com' } });
	expect(planted()).toBeGreaterThan(100);
});

it('is rewritten after an erasure, and else left alone', async () => {
	const rewritten = async (): Promise<number> => {
		const [row] = (await app.service.knex.raw('PRAGMA schema_version')) as { schema_version: number }[];
		return row.schema_version;
	};
	await submitMany(100);
	const before = await rewritten();
	await app.service.maintenance.run();
	expect(await rewritten()).toBe(before);
	await eraseAll(100);
	await app.service.maintenance.run();
	const after = await rewritten();
	expect(after).toBeGreaterThan(before);
	await app.service.maintenance.run();
	expect(await rewritten()).toBe(after);
});

it('is left as it is where that would take too long, and the log says what to do', async () => {
	const { knex, queue, metrics } = app.service;
	await submitMany(100);
	await eraseAll(100);
	const said: unknown[] = [];
	const log = { warn: (text: unknown) => said.push(text), info: () => undefined } as unknown as Logger;
	const cleaning = createErasing({ knex, queue, metrics, log, now: Date.now }).fileCleaning(1000).begin();
	expect([await cleaning(), await cleaning()]).toEqual([false, false]);
	expect(said).toEqual([expect.stringContaining('VACUUM')]);
});
