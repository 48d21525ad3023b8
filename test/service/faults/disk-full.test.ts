/** SQLite's disk is full in mid-load, and has room again. SMALL_DISK names a folder on a small file system to fill as well. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { openDatabase } from '../../../service/database';
import { mapTo, startPlaces, type Place } from '../../helpers/fleet';
import { spawnService, type ServiceProcess } from '../../helpers/process';
import { callTo, eventually, type JsonAnswer } from '../../helpers/service';
import { limitedFiles, smallDisk, type Disk } from './full-disk';
import { acknowledged, KEYED_TITLE, mostLinesASecond, repeat, SECRET, startLoad, tally, type Heard } from './load';

jest.setTimeout(120_000);

const UP_MS = 2000;
const FULL_MS = 6000;
const WHY = /its (disk is full|file cannot be read or written)/;

const disks = [limitedFiles(), ...(process.env.SMALL_DISK ? [smallDisk(process.env.SMALL_DISK)] : [])];

describe.each(disks)('$name', (disk) => {
	let places: Record<'jira', Place>;
	let service: ServiceProcess;
	let knex: Knex;
	let heard: Heard[];

	beforeAll(async () => {
		places = await startPlaces(['jira'], { latencyMs: () => 30 });
		service = await start(disk);
		await mapTo(callTo(service.url), places, { max_per_minute: 6000, max_at_once: 64 });
	});

	afterAll(async () => {
		await service.kill('SIGKILL');
		await knex.destroy();
		await places.jira.close();
		disk.remove();
	});

	it('while it is full nothing is taken and all can be read; with room it goes on by itself', async () => {
		const load = startLoad({ target: () => service.url, callers: 6, pauseMs: 20 });
		await sleep(UP_MS);
		disk.fill(service);
		const refusals = (): Heard[] => load.heard.filter(({ status }) => status >= 300);
		await eventually(() => Promise.resolve(refusals().length > 0 || undefined), 'the disk to be full', 400);
		await sleep(FULL_MS);
		const well = await health();
		disk.makeRoom(service);
		await eventually(async () => ((await health()).startsWith('200 healthy') ? true : undefined), 'it to be well');
		await sleep(UP_MS);
		await load.stop();
		heard = load.heard;
		process.stdout.write(`${disk.name}: ${JSON.stringify(tally(heard))}\n`);

		expect(well).toMatch(/^503 unhealthy The database could not be written to: its/);
		expect(well).toMatch(WHY);
		expect([service.child.exitCode, service.child.signalCode]).toEqual([null, null]);
		expect(new Set(heard.map(({ status }) => status))).toEqual(new Set([200, 202, 503]));
		expect(refusals().length).toBeGreaterThan(50);
		expect(refusals().filter(({ kind }) => kind === 'list')).toEqual([]);
		for (const { headers, json } of refusals()) {
			expect(headers).toMatchObject({ 'retry-after': '5', 'content-type': expect.stringContaining('problem+json') });
			expect(json.detail).toMatch(WHY);
		}
	});

	it('every ticket that was taken settles, whole, and each key has one', async () => {
		const keyed = heard.filter(({ kind }) => kind === 'keyed');
		const again = await Promise.all(keyed.map(({ key }) => repeat(service.url, String(key))));
		keyed.forEach(({ status, json }, i) => {
			if (status < 300) expect(again[i].json.ticket_id).toBe(json.ticket_id);
		});
		knex = openDatabase({ client: 'sqlite3', connection: disk.file });
		const tickets = (): Knex.QueryBuilder => knex('ticket_logs');
		const unsettled = (): Promise<unknown[]> => tickets().whereNot('status', 'routed').pluck('ticket_id');
		await eventually(async () => (await unsettled()).length === 0 || undefined, 'all to be routed', 1200);
		const ids = (await tickets().pluck('ticket_id')) as string[];
		const said = [...acknowledged(heard), ...again.map(({ json }) => String(json.ticket_id))];
		process.stdout.write(`${new Set(said).size} acknowledged, ${ids.length} stored\n`);
		expect(new Set(ids)).toEqual(new Set(said));
		expect(places.jira.held().sort()).toEqual(ids.sort());
		expect(await tickets().where('title', KEYED_TITLE)).toHaveLength(keyed.length);
		expect(await whatIsHalf(knex)).toEqual([[{ integrity_check: 'ok' }], [], [], []]);
	});

	it('says little about it, and nothing of a ticket', () => {
		expect(service.errors()).toBe('');
		const complaints = service.logs.filter(({ level }) => level !== 'info');
		for (const word of [SECRET, 'ana@example.com', 'insert into'])
			expect(JSON.stringify(service.logs)).not.toContain(word);
		expect(complaints.filter(({ msg }) => String(msg).includes('bug'))).toEqual([]);
		expect(complaints.length).toBeGreaterThan(0);
		expect(mostLinesASecond(complaints)).toBeLessThan(50);
	});

	async function health(): Promise<string> {
		const { status, json } = await callTo(service.url)('GET', '/health');
		return `${status} ${String(json.status)} ${((json.problems as string[] | undefined) ?? []).join()}`;
	}
});

function start({ file }: Disk): Promise<ServiceProcess> {
	const own = { DATABASE_URL: `sqlite:${file}`, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', CONFIDENCE_THRESHOLD: '0' };
	return spawnService({ ...own, SYNC_WAIT_MS: '3000' });
}

/** The file's own check; jobs that are left, tickets without a history, a history without its ticket. */
function whatIsHalf(knex: Knex): Promise<JsonAnswer[][]> {
	const without = (of: string, other: string): Knex.QueryBuilder =>
		knex(of).select('ticket_id').whereNotIn('ticket_id', knex(other).select('ticket_id'));
	return Promise.all([
		knex.raw('PRAGMA integrity_check'),
		knex('ticket_jobs').select('ticket_id'),
		without('ticket_logs', 'ticket_events'),
		without('ticket_events', 'ticket_logs'),
	]);
}
