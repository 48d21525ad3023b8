import { createFaultSource, type Fault } from '../../../fake-targets/faults';
import { SYSTEMS } from '../../../fake-targets';
import { ASKABLE, detailOf, MESSENGERS, startFleet, stepsOf, type Fleet, type Shown } from '../../helpers/fleet';

const BEGUN = ['received', 'classified', 'decided'];

/** Each with whether the system got to know of the request, and whether it is worth another try in itself. */
const DOUBTS: [Fault, { told: boolean; retryable: boolean }][] = [
	['hang_after', { told: true, retryable: true }],
	['hang', { told: false, retryable: true }],
	['reset_after', { told: true, retryable: true }],
	['reset_before', { told: false, retryable: true }],
	['error_after', { told: true, retryable: true }],
	['error_before', { told: false, retryable: true }],
	['gateway', { told: true, retryable: true }],
	['gateway', { told: false, retryable: true }],
	['cut', { told: true, retryable: true }],
	['html', { told: false, retryable: false }],
];

/** One by whose chance the fault ends so. */
function seedFor(fault: Fault, told: boolean): number {
	let seed = 1;
	while (createFaultSource({ seed, script: [fault] }).draw({ creates: true })?.tells !== told) seed += 1;
	return seed;
}

describe.each(DOUBTS)('after %s, %j', (fault, { told, retryable }) => {
	let fleet: Fleet;
	const tickets: Record<string, Shown> = {};

	beforeAll(async () => {
		fleet = await startFleet(SYSTEMS, { seed: seedFor(fault, told) });
		await Promise.all(
			SYSTEMS.map(async (system) => {
				fleet.places[system].faults.queue(fault);
				tickets[system] = await fleet.settled(await fleet.send(system));
			}),
		);
	});
	afterAll(() => fleet.close());

	it.each(ASKABLE)(`%s is asked, and has the ticket once`, (system) => {
		const ticket = tickets[system];
		expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'asked', 'routed']);
		expect(detailOf(ticket, 'asked')).toEqual({ system, found: told });
		const { creations, questions, held, target } = fleet.places[system];
		expect([creations().length, questions().length]).toEqual([told ? 1 : 2, 1]);
		expect(held()).toEqual([ticket.ticket_id]);
		expect(ticket).toMatchObject({ status: 'routed', external_ticket_id: target.tickets[0].id, error_message: null });
	});

	it('http gets the same webhook-id again, and has the ticket once', () => {
		const ticket = tickets.http;
		expect(stepsOf(ticket)).toEqual([...BEGUN, 'postponed', 'sent_again', 'routed']);
		expect(detailOf(ticket, 'sent_again')).toMatchObject({ system: 'http', may_be_double: false });
		const { creations, held } = fleet.places.http;
		const ids = creations().map(({ headers }) => headers['webhook-id']);
		expect(ids).toEqual([`triage-${String(ticket.ticket_id)}`, `triage-${String(ticket.ticket_id)}`]);
		expect(held()).toEqual([ticket.ticket_id]);
		expect(ticket).toMatchObject({ status: 'routed', external_ticket_id: 'REQ-1', error_message: null });
	});

	it.each(MESSENGERS)(
		'%s gets it again where that is worth a try, and the history says that it may be double',
		(system) => {
			const ticket = tickets[system];
			const end = retryable ? ['postponed', 'sent_again', 'routed'] : ['failed'];
			expect(stepsOf(ticket)).toEqual([...BEGUN, ...end]);
			const note = { system, may_be_double: true, why: expect.stringContaining('cannot be asked') };
			expect(detailOf(ticket, 'sent_again')).toEqual(retryable ? note : undefined);
			const { creations, held } = fleet.places[system];
			expect(creations()).toHaveLength(retryable ? 2 : 1);
			expect(held()).toEqual([told, retryable].filter(Boolean).map(() => ticket.ticket_id));
			const doubt = expect.stringMatching(/^\w+ answered 200 with a web page: .* It may have arrived all the same/u);
			expect(ticket.error_message).toEqual(retryable ? null : doubt);
		},
	);

	it('what was in doubt and is no longer is not remembered as such', async () => {
		for (const { status, ticket_id: id } of Object.values(tickets)) {
			const { delivery_state } = await fleet.row(String(id));
			expect([status, delivery_state]).toEqual(status === 'routed' ? ['routed', null] : ['failed', 'in_doubt']);
		}
	});
});

/** Answers that say for sure whether the ticket was taken. */
const SURE: [Fault, string[]][] = [
	['huge', ['routed']],
	['unavailable', ['postponed', 'routed']],
	['rate_limited', ['postponed', 'routed']],
	['redirect', ['failed']],
];

describe.each(SURE)('after %s nobody is in doubt', (fault, end) => {
	let fleet: Fleet;
	beforeAll(async () => {
		fleet = await startFleet(SYSTEMS, { retryAfterSeconds: 0 });
	});
	afterAll(() => fleet.close());

	it.each(SYSTEMS)('of %s', async (system) => {
		const { faults, creations, questions, held } = fleet.places[system];
		faults.queue(fault);
		const id = await fleet.send(system);
		const ticket = await fleet.settled(id);
		expect(stepsOf(ticket)).toEqual([...BEGUN, ...end]);
		expect(await fleet.row(id)).toMatchObject({ delivery_state: null });
		expect([creations().length, questions().length]).toEqual([end.length, 0]);
		expect(held()).toEqual(ticket.status === 'routed' ? [id] : []);
	});
});
