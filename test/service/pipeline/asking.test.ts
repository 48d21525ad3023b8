import { execFileSync } from 'node:child_process';
import { reachedBy } from '../../../bench/storm-tickets';
import { findConnector } from '../../../core/connectors';
import { createTarget, SYSTEMS } from '../../../fake-targets';
import { createFreshservice } from '../../../fake-targets/freshservice';
import { createJira } from '../../../fake-targets/jira';
import { createJiraServer } from '../../../fake-targets/jira-server';
import { createJiraServiceManagement } from '../../../fake-targets/jira-service-management';
import type { FakeTarget } from '../../../fake-targets/target';
import { newDatabaseUrl } from '../../helpers/process';
import { ASKABLE, detailOf, mappingTo, MESSENGERS, startFleet, startPlace, stepsOf } from '../../helpers/fleet';
import type { Fleet, FleetOptions, Place, Shown } from '../../helpers/fleet';
import { eventually } from '../../helpers/service';

const BEGUN = ['received', 'classified', 'decided'];
const MAY_HAVE_ARRIVED = 'It may have arrived all the same: look there before it is sent again';

let fleet: Fleet;
async function start(systems: readonly string[] | Record<string, Place>, options?: FleetOptions): Promise<void> {
	fleet = await startFleet(systems, options);
}
afterEach(() => fleet.close());

describe('a search that does not show yet what is there', () => {
	const INDEXED = {
		jira: createJira,
		jira_server: createJiraServer,
		jira_service_management: createJiraServiceManagement,
		freshservice: createFreshservice,
	};
	/** The search is waited for as long with every system. */
	const waitingASecond = (system: string): FleetOptions => ({
		environment: { RETRY_MAX_ATTEMPTS: '2' },
		timing: { lagScale: 1 / Number(findConnector(system).search?.lagSeconds) },
	});
	const NOT_YET = expect.stringContaining('its search may not show the ticket yet');

	it.each(Object.keys(INDEXED) as (keyof typeof INDEXED)[])('makes nobody send it again to %s', async (system) => {
		let indexed = 0;
		const target = INDEXED[system]({ indexLagMs: 1, now: () => indexed });
		const onAnswered = ({ creates }: { creates: boolean }): void => void (indexed += creates ? 0 : 1);
		const place = await startPlace(system, { target, onAnswered });
		await start({ [system]: place }, waitingASecond(system));
		place.faults.queue('reset_after');
		const id = await fleet.send(system);
		const ticket = await fleet.settled(id);
		expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'postponed', 'asked', 'routed']);
		expect(ticket.history[4].detail.message).toEqual(NOT_YET);
		expect(detailOf(ticket, 'asked')).toEqual({ system, found: true });
		expect([place.creations().length, place.questions().length, place.held()]).toEqual([1, 2, [id]]);
	});

	it.each(['jira', 'zendesk', 'servicenow'])(
		'is given its time before what %s never got is sent again, and that costs no try',
		async (system) => {
			await start([system], waitingASecond(system));
			const { faults, creations, questions, held } = fleet.places[system];
			faults.queue('reset_before');
			const id = await fleet.send(system);
			const ticket = await fleet.settled(id);
			expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'postponed', 'asked', 'routed']);
			expect(ticket.history[4].detail.message).toEqual(NOT_YET);
			expect(detailOf(ticket, 'asked')).toEqual({ system, found: false });
			const [first, second] = creations();
			expect(second.at - first.at).toBeGreaterThan(998);
			expect([creations().length, questions().length, held()]).toEqual([2, 2, [id]]);
		},
	);
});

describe('before a request leaves', () => {
	const READ = `
		const { DatabaseSync } = require('node:sqlite');
		const row = new DatabaseSync(process.argv[1], { readOnly: true })
			.prepare('SELECT * FROM ticket_jobs JOIN ticket_logs USING (ticket_id)').get();
		console.log(JSON.stringify(row));`;

	it.each(SYSTEMS)('to %s it is on the disk that it will', async (system) => {
		const url = newDatabaseUrl();
		const [own, seen] = [createTarget(system), [] as Record<string, unknown>[]];
		const target: FakeTarget = {
			...own,
			answer(request) {
				// Another process sees what would be left if this one ended now.
				const row = execFileSync(process.execPath, ['-e', READ, url.replace('sqlite:', '')], { encoding: 'utf8' });
				seen.push(JSON.parse(row) as Record<string, unknown>);
				return seen.length === 1 ? { status: 503, body: '' } : own.answer(request);
			},
		};
		await start({ [system]: await startPlace(system, { target }) }, { environment: { DATABASE_URL: url } });
		const id = await fleet.send(system);
		const { history } = await fleet.settled(id);
		const [{ id: mapping }] = (await fleet.service.knex('team_mappings').select('id')) as { id: number }[];
		const sending = { ticket_id: id, status: 'classified', delivery_state: 'sending', delivery_mapping: mapping };
		expect(seen).toMatchObject([
			{ ...sending, state: 'running', attempts: 1, delivery_target: expect.stringMatching(`^${system}:[0-9a-f]{16}$`) },
			{ ...sending, state: 'running', attempts: 2, delivery_target: seen[0].delivery_target },
		]);
		const [first, second] = seen.map(({ delivery_at }) => String(delivery_at));
		const [postponed, routed] = history.slice(-2).map(({ created_at }) => created_at);
		expect([first, postponed, second, routed]).toEqual([first, postponed, second, routed].sort());
		expect(await fleet.row(id)).toMatchObject({ status: 'routed', delivery_state: null });
	});
});

describe('a clear no', () => {
	it.each([400, 401, 403, 404])(
		'of %i leaves no doubt, and is not asked about when it is tried again',
		async (status) => {
			await start(SYSTEMS);
			for (const system of SYSTEMS) {
				const { answers, creations, questions, held } = fleet.places[system];
				answers.push({ status, body: {} });
				const id = await fleet.send(system);
				const failed = await fleet.settled(id);
				expect(stepsOf(failed)).toEqual([...BEGUN, 'failed']);
				expect(detailOf(failed, 'failed')).not.toHaveProperty('may_be_delivered');
				expect(failed.error_message).not.toContain(MAY_HAVE_ARRIVED);
				expect(await fleet.row(id)).toMatchObject({ delivery_state: null });
				await fleet.call('POST', `/tickets/${id}/retry`);
				expect(stepsOf(await fleet.settled(id))).toEqual([...BEGUN, 'failed', 'retried', 'routed']);
				expect([creations().length, questions().length, held()]).toEqual([2, 0, [id]]);
			}
		},
	);
});

describe('a search that is refused', () => {
	/** In doubt about a ticket that is there. */
	async function refused(system: string): Promise<string> {
		await start([system]);
		const { faults, answers } = fleet.places[system];
		faults.queue('reset_after');
		answers.push(undefined, { status: 403, body: {} });
		const id = await fleet.send(system);
		const ticket = await fleet.settled(id);
		expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'failed']);
		expect(ticket.error_message).toMatch(new RegExp(`^${system} answered 403.*${MAY_HAVE_ARRIVED}$`, 'u'));
		expect(detailOf(ticket, 'failed')).toMatchObject({ code: 'auth', may_be_delivered: true });
		expect(await fleet.row(id)).toMatchObject({ delivery_state: 'in_doubt' });
		expect(await fleet.job(id)).toMatchObject({ state: 'dead' });
		return id;
	}

	it.each(ASKABLE)('keeps the doubt: %s is asked again when that is allowed', async (system) => {
		const id = await refused(system);
		const { creations, held } = fleet.places[system];
		await fleet.call('POST', `/tickets/${id}/retry`);
		const ticket = await fleet.settled(id);
		expect(stepsOf(ticket).slice(4)).toEqual(['failed', 'retried', 'asked', 'routed']);
		expect(detailOf(ticket, 'retried')).toMatchObject({ asking_first: true });
		expect([creations().length, held()]).toEqual([1, [id]]);
	});

	it.each(ASKABLE)('need not be: who has looked into %s can have it sent again', async (system) => {
		const id = await refused(system);
		const { creations, questions, held } = fleet.places[system];
		await fleet.call('POST', `/tickets/${id}/retry`, { body: { ask: false } });
		const ticket = await fleet.settled(id);
		expect(stepsOf(ticket).slice(4)).toEqual(['failed', 'retried', 'routed']);
		expect(detailOf(ticket, 'retried')).toMatchObject({ asking_first: false });
		expect([creations().length, questions().length]).toEqual([2, 1]);
		// Zendesk knows the key of the first.
		expect(held()).toEqual(system === 'zendesk' ? [id] : [id, id]);
		expect(await fleet.row(id)).toMatchObject({ delivery_state: null });
	});
});

describe('a mapping that is changed before the next try', () => {
	/** The ticket at its end: the system has had it since the first try, and nobody knew. */
	async function remapped(system: string, change: (url: string) => Record<string, unknown>): Promise<Shown> {
		await start([system], { timing: { firstRetryMs: 600_000 } });
		const { faults, url } = fleet.places[system];
		faults.queue('error_after');
		const id = await fleet.send(system);
		await eventually(async () => ((await fleet.row(id)).delivery_state === 'in_doubt' ? true : undefined), 'the doubt');
		const [mapping] = (await fleet.service.knex('team_mappings').select('id')) as { id: number }[];
		const body = { ...change(url), ...reachedBy(system) };
		expect((await fleet.call('PUT', `/mappings/${mapping.id}`, { body })).status).toBe(200);
		await fleet.hurry(id);
		return fleet.settled(id);
	}

	const MAY_BE_DOUBLE = { may_be_double: true, why: expect.stringContaining('went elsewhere') };

	it.each([
		['jira', 'http'],
		['jira', 'jira'],
		['http', 'http'],
		['http', 'zendesk'],
		['slack', 'teams'],
	])('takes the ticket from %s to %s, and the history says that it may be double', async (from, to) => {
		const elsewhere = await startPlace(to);
		const ticket = await remapped(from, () => mappingTo(to, elsewhere.url));
		expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'sent_again', 'routed']);
		expect(detailOf(ticket, 'sent_again')).toEqual({ system: to, ...MAY_BE_DOUBLE });
		expect([fleet.places[from].held(), elsewhere.held()]).toEqual([[ticket.ticket_id], [ticket.ticket_id]]);
		expect([...fleet.places[from].questions(), ...elsewhere.questions()]).toEqual([]);
		await elsewhere.close();
	});

	it('keeps it here, and the history says that it may be there as well', async () => {
		const ticket = await remapped('jira', () => ({ system: 'inbox' }));
		expect(ticket).toMatchObject({ status: 'routed', routed_to_system: 'inbox', error_message: null });
		expect(detailOf(ticket, 'sent_again')).toEqual({ system: 'inbox', ...MAY_BE_DOUBLE });
		expect(await fleet.row(String(ticket.ticket_id))).toMatchObject({ delivery_state: null });
	});

	it('but leads to the same place, is asked there', async () => {
		const ticket = await remapped('jira', (url) => mappingTo('jira', url, { labels: ['triaged'], issue_type: 'Bug' }));
		expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'asked', 'routed']);
		expect([detailOf(ticket, 'asked'), fleet.places.jira.held()]).toEqual([
			{ system: 'jira', found: true },
			[ticket.ticket_id],
		]);
	});
});

describe('where nobody can be asked', () => {
	it.each([...MESSENGERS, 'http'])(
		'a no of %s to the second request does not undo the doubt about the first',
		async (system) => {
			await start([system]);
			const { faults, answers, held } = fleet.places[system];
			faults.queue('error_after');
			answers.push(undefined, { status: 404, body: {} });
			const id = await fleet.send(system);
			const ticket = await fleet.settled(id);
			expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'sent_again', 'failed']);
			expect(ticket.error_message).toMatch(new RegExp(`^${system} answered 404.*${MAY_HAVE_ARRIVED}$`, 'u'));
			expect([await fleet.row(id), held()]).toMatchObject([{ delivery_state: 'in_doubt' }, [id]]);
		},
	);

	it('nothing is said to be sent again before it is', async () => {
		await start(['slack'], { settings: { max_per_minute: 1 } });
		const { faults, creations } = fleet.places.slack;
		faults.queue('error_after');
		const id = await fleet.send('slack');
		const waiting = await eventually(async () => {
			const ticket = await fleet.show(id);
			return stepsOf(ticket).length === 5 ? ticket : undefined;
		}, 'the second try to be put off');
		expect(waiting.history[4]).toMatchObject({
			step: 'postponed',
			detail: { message: expect.stringContaining('limited') },
		});
		expect([creations().length, (await fleet.row(id)).delivery_state]).toEqual([1, 'in_doubt']);
	});
});
