/** Every stand-in behind its listener, asked by our connectors through the service's own HTTP. */
import { findConnector, CONNECTORS } from '../../core/connectors';
import type { Delivery, Receipt } from '../../core/connectors/connector';
import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import type { HttpRequest, HttpResponse } from '../../core/http';
import { comment, findDelivered, route } from '../../core/route';
import { createFaultSource } from '../../fake-targets/faults';
import { createTarget, SYSTEMS } from '../../fake-targets/index';
import { sampleMapping } from '../../fake-targets/sample-mapping';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { readMapping } from '../../service/http/mapping-body';
import { createSend } from '../../service/send';
import { hostileTicket } from '../helpers/jira';
import { buildDelivery, rejectionOf } from '../helpers/tickets';

const { send, close } = createSend({ allowedPrivateHosts: ['127.0.0.1'], timeoutMs: 10_000 });
afterAll(close);

it('there is one for every connector that sends', () => {
	expect([...SYSTEMS, 'inbox'].sort()).toEqual(Object.keys(CONNECTORS).sort());
	expect(SYSTEMS.map((system) => createTarget(system).system)).toEqual(SYSTEMS);
	expect(() => createTarget('toString')).toThrow('There is no stand-in for toString: use jira, jira_server');
});

describe.each(SYSTEMS)('%s', (system) => {
	const faults = createFaultSource();
	let running: RunningTarget;
	let delivery: Delivery;
	beforeEach(async () => {
		running = await startFakeTarget(createTarget(system), { faults });
		const mapping = readMapping(sampleMapping(system, running.url), DEFAULT_DEPARTMENTS);
		delivery = buildDelivery({ mapping });
	});
	afterEach(() => running.close());

	it('takes a ticket by its sample mapping, and gives its receipt', async () => {
		const receipt = await route(delivery, send);
		const [{ id, ticketId }] = running.target.tickets;
		expect({ ...receipt, ticketId }).toMatchObject({ ticketId: delivery.ticketId });
		expect(receipt.externalId === null || receipt.externalId.endsWith(id)).toBe(true);
		expect(running.requests).toMatchObject([{ createdId: id, ticketId, creates: true, told: true, failure: null }]);
	});

	it('takes a hostile ticket', async () => {
		await route({ ...delivery, ticket: hostileTicket() }, send);
		expect(running.target.tickets).toHaveLength(1);
	});

	it('finds what it took, and only that, if it can be searched', async () => {
		if (findConnector(system).search === undefined) return expect(['slack', 'teams', 'http']).toContain(system);
		expect(await findDelivered(delivery, send)).toBeNull();
		await route({ ...delivery, number: 2 }, send);
		expect(await findDelivered(delivery, send)).toBeNull();
		faults.queue('reset_after');
		const lost = await rejectionOf(route(delivery, send));
		expect(lost).toMatchObject({ code: 'unavailable', inDoubt: true });
		const found = (await findDelivered(delivery, send)) as Receipt;
		expect(found.externalId?.endsWith(running.target.tickets[1].id)).toBe(true);
	});

	it('takes a comment, if its connector writes any', async () => {
		const receipt = await route(delivery, send);
		const taken = await comment({ mapping: delivery.mapping, receipt, text: 'Moved to {noformat} Facilities' }, send);
		expect(running.target.tickets.map(({ comments }) => comments.length)).toEqual([taken ? 1 : 0]);
		expect(running.requests.at(-1)).toMatchObject({ creates: !taken });
	});

	it('says no to a wrong credential in words that the connector reads', async () => {
		const wrong = (request: HttpRequest): Promise<HttpResponse> =>
			send({
				...request,
				url: request.url.replace(/fake(?=$|&)/u, 'wrong'),
				headers: { ...request.headers, ...OTHER },
			});
		if (system === 'http') delivery.mapping.settings.signing_secret = `whsec_${'QUJD'.repeat(8)}`;
		const refused = await rejectionOf(route(delivery, wrong));
		expect(refused).toMatchObject({ retryable: false, message: expect.stringContaining(system) });
		expect(running.target.tickets).toEqual([]);
	});
});

const OTHER = { authorization: `Basic ${Buffer.from('nobody:nothing').toString('base64')}` };
