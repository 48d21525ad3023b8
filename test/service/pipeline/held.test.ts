import { CONNECTORS } from '../../../core/connectors';
import { SYSTEMS } from '../../../fake-targets';
import type { Fault } from '../../../fake-targets/faults';
import { jobsIn } from '../../helpers/jobs';
import { detailOf, startFleet, stepsOf, type Fleet, type FleetOptions, type Shown } from '../../helpers/fleet';
import { eventually } from '../../helpers/service';

jest.setTimeout(60_000);

const BEGUN = ['received', 'classified', 'decided'];
/** Tries of the test's helper, 50 ms apart: longer than anybody is left alone at first. */
const LONG = 800;

let fleet: Fleet;
async function start(systems: readonly string[], options?: FleetOptions): Promise<void> {
	fleet = await startFleet(systems, options);
}

function sendMany(system: string, count: number): Promise<string[]> {
	return Promise.all(Array.from({ length: count }, (_, i) => fleet.send(system, i)));
}

function settledAll(ids: string[]): Promise<Shown[]> {
	return Promise.all(ids.map((id) => fleet.settled(id, LONG)));
}

describe('where each ticket has a single try', () => {
	/** How each refuses three requests, and how long it has to be left alone after each of them, in milliseconds. */
	const LIMITED: Record<string, { fault: Fault; pauses: number[] }> = {
		freshservice: { fault: 'rate_limited', pauses: [1000, 1000, 1000] },
		zendesk: { fault: 'rate_limited_date', pauses: [1000, 1000, 1000] },
		slack: { fault: 'rate_limited_bare', pauses: [1000, 2000, 4000] },
	};
	const DOWN = 'jira';
	const limited: Record<string, Shown[]> = {};
	let down: { struck: number; before: Shown[]; others: Shown[]; after: Shown[] };

	beforeAll(async () => {
		const systems = [...Object.keys(LIMITED), DOWN, 'http'];
		// A busy machine is no outage: the single try may take its time.
		await start(systems, { environment: { RETRY_MAX_ATTEMPTS: '1' }, timing: { deliveryTimeoutMs: 30_000 } });
		await Promise.all([outage(), ...Object.keys(LIMITED).map(refuse)]);
	});

	/** Two tickets, the second while the first is kept waiting. */
	async function refuse(system: string): Promise<void> {
		const { faults } = fleet.places[system];
		const { fault, pauses } = LIMITED[system];
		faults.queue(...pauses.map(() => fault));
		const first = await fleet.send(system, 0);
		await putOff(first);
		limited[system] = await settledAll([first, await fleet.send(system, 1)]);
	}

	/** Until nothing is sent there any more; then tickets for another; then it is back. */
	async function outage(): Promise<void> {
		const { faults, creations } = fleet.places[DOWN];
		faults.setRates({ unavailable: 1 });
		const ids = await sendMany(DOWN, 20);
		await eventually(async () => {
			const { text } = await fleet.call('GET', '/metrics');
			return text.includes(`target_breakers{system="${DOWN}",state="open"} 1`) || undefined;
		}, 'the breaker to open');
		const others = await settledAll(await sendMany('http', 5));
		const before = await Promise.all(ids.map(putOff));
		const struck = creations().length;
		faults.setRates({});
		down = { struck, others, before, after: await settledAll(ids) };
	}

	/** Failed or put off: it knows why. */
	function putOff(id: string): Promise<Shown> {
		return eventually(async () => {
			const ticket = await fleet.show(id);
			return ticket.error_message === null ? undefined : ticket;
		}, `${id} to be put off`);
	}

	it.each(Object.keys(LIMITED))('too many requests to %s are none: both tickets are delivered', (system) => {
		const tickets = limited[system];
		expect(tickets.map(({ error_message }) => error_message)).toEqual([null, null]);
		expect(fleet.places[system].held().sort()).toEqual(tickets.map(({ ticket_id: id }) => id).sort());
	});

	it.each(Object.entries(LIMITED))('%s is sent nothing before the pause is over', (system, { fault, pauses }) => {
		const sent = fleet.places[system].creations();
		expect(sent.map(({ fault: struck }) => struck)).toEqual([fault, fault, fault, null, null]);
		pauses.forEach((pause, i) => expect(sent[i + 1].at - sent[i].at).toBeGreaterThanOrEqual(pause));
	});

	it('what is down is left alone, and whoever waits for it has not tried', () => {
		// Eight at once, and the four that begin before the fifth has failed.
		expect(down.struck).toBeLessThanOrEqual(12);
		const waiting = down.before.filter(({ status }) => status === 'classified');
		expect(waiting).toHaveLength(20 - down.struck);
		for (const { error_message } of waiting) expect(error_message).toMatch(/^jira failed in .* is left alone until/u);
	});

	it('in the meantime others get theirs', () => {
		expect(down.others.map(({ status }) => status)).toEqual(Array(5).fill('routed'));
		expect(fleet.places.http.held()).toHaveLength(5);
	});

	it('when it is back it gets what waited; those that had tried failed, and can be put back to work', async () => {
		const failed = down.after.filter(({ status }) => status === 'failed');
		const why = expect.stringMatching(/^jira answered 503/u);
		expect(failed.map(({ error_message }) => error_message)).toEqual(Array(down.struck).fill(why));
		const { held } = fleet.places[DOWN];
		expect(held()).toHaveLength(20 - down.struck);
		expect((await fleet.call('POST', '/tickets/retry')).json).toMatchObject({ retried: down.struck });
		await settledAll(failed.map(({ ticket_id: id }) => String(id)));
		expect(held().sort()).toEqual(down.after.map(({ ticket_id: id }) => id).sort());
	});

	afterAll(() => fleet.close());
});

describe('a target that is down too long', () => {
	afterEach(() => fleet.close());

	it.each(SYSTEMS)('fails a ticket for %s with its last try, and the job is kept', async (system) => {
		await start([system], { environment: { RETRY_MAX_ATTEMPTS: '3' } });
		fleet.places[system].faults.setRates({ unavailable: 1 });
		const id = await fleet.send(system);
		const ticket = await fleet.settled(id);
		expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'postponed', 'failed']);
		expect(ticket.error_message).toMatch(new RegExp(`^${system} answered 503.*: try again later$`, 'u'));
		expect(await fleet.job(id)).toMatchObject({ state: 'dead', attempts: 3 });
		expect(fleet.places[system].creations()).toHaveLength(3);
	});

	it.each(['http', 'slack', 'teams'])('leaves it open whether %s has it, where nobody can be asked', async (system) => {
		await start([system], { environment: { RETRY_MAX_ATTEMPTS: '3' } });
		fleet.places[system].faults.setRates({ error_after: 1 });
		const ticket = await fleet.settled(await fleet.send(system));
		expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'sent_again', 'postponed', 'sent_again', 'failed']);
		expect(ticket.error_message).toContain('It may have arrived all the same');
		expect(detailOf(ticket, 'failed')).toMatchObject({ may_be_delivered: true });
		expect(fleet.places[system].held()).toHaveLength(system === 'http' ? 1 : 3);
	});
});

describe('a target that is slow', () => {
	afterEach(() => fleet.close());

	it('holds up nobody else’s tickets, however many of its own wait', async () => {
		await start(['jira', 'http'], { timing: { deliveryTimeoutMs: 60_000 } });
		const { jira, http } = fleet.places;
		jira.faults.setRates({ hang: 1 });
		await sendMany('jira', 120);
		await eventually(async () => jira.creations().length === 8 || undefined, 'its slots to be taken');
		const others = await settledAll(await sendMany('http', 40));
		expect(others.map(({ status }) => status)).toEqual(Array(40).fill('routed'));
		expect(http.held()).toHaveLength(40);
		expect([jira.creations().length, jira.mostOpen()]).toEqual([8, 8]);
	});

	it('gets no more at the same time than it takes', async () => {
		await start(SYSTEMS, { settings: {}, latencyMs: () => 4000, timing: { deliveryTimeoutMs: 60_000 } });
		const most = SYSTEMS.map((system) => CONNECTORS[system as 'jira'].pace.atOnce);
		const sent = SYSTEMS.map((system, i) => sendMany(system, most[i] + 1));
		await settledAll((await Promise.all(sent)).flat());
		expect(SYSTEMS.map((system) => fleet.places[system].held().length)).toEqual(most.map((count) => count + 1));
		expect(SYSTEMS.map((system) => [system, fleet.places[system].mostOpen()])).toEqual(
			SYSTEMS.map((system, i) => [system, most[i]]),
		);
	});
});

describe('a ticket that nobody takes', () => {
	afterEach(() => fleet.close());

	const DAYS = 86_400_000;

	/** Three days ago it was put to work; what is due then is due now. */
	async function age(id: string, days: number): Promise<void> {
		await jobsIn(fleet.service).since(Date.now() - days * DAYS);
		await fleet.hurry(id);
	}

	async function refusedOnce(retryAfter: string): Promise<string> {
		await start(['jira']);
		const refusal = { status: 429, headers: { 'retry-after': retryAfter }, body: {} };
		fleet.places.jira.answers.push(refusal, refusal);
		const id = await fleet.send('jira');
		await eventually(
			async () => (stepsOf(await fleet.show(id)).includes('postponed') ? true : undefined),
			'the refusal',
		);
		return id;
	}

	it('waits for three days and no longer', async () => {
		const id = await refusedOnce('600');
		await age(id, 2.99);
		const waiting = await eventually(async () => {
			const ticket = await fleet.show(id);
			return stepsOf(ticket).length === 5 ? ticket : undefined;
		}, 'it to be held');
		expect(waiting).toMatchObject({
			status: 'classified',
			error_message: expect.stringContaining('is sent none until'),
		});
		await age(id, 3.01);
		const ticket = await fleet.settled(id);
		expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'postponed', 'failed']);
		expect(ticket.error_message).toMatch(/^For three days nothing took the ticket: jira said .* is sent none until/u);
		expect(await fleet.job(id)).toMatchObject({ state: 'dead' });
		expect(fleet.places.jira.creations()).toHaveLength(1);
	});

	it('and is refused all the time, fails after three days with what was said', async () => {
		const id = await refusedOnce('1');
		await age(id, 3.01);
		const ticket = await fleet.settled(id);
		expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'failed']);
		expect(ticket.error_message).toMatch(/^For three days nothing took the ticket: jira answered 429/u);
		expect(fleet.places.jira.creations()).toHaveLength(2);
	});
});
