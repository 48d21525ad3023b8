import { clearTicket } from '../../../bench/storm-tickets';
import type { Point } from '../../helpers/kill-at';
import type { Answer, JsonAnswer } from '../../helpers/service';
import { killedAt, killedWhen, settled, undisturbed, type Call, type Scene, type System } from './scene';

/** The transaction in which a ticket's history gets this step. */
const step = (name: string): Omit<Point, 'when'> => ({ sql: 'insert into .ticket_events', value: name });
const DEPARTMENT = { jira: 0, slack: 1, http: 2, inbox: 3 };

let made = 0;
function newTicket(system: keyof typeof DEPARTMENT): Record<string, string> {
	made += 1;
	return clearTicket(DEPARTMENT[system] + 6 * made);
}

type Said = { history: { step: string; detail: Record<string, unknown> }[] };
const stepsOf = (ticket: JsonAnswer): string[] => (ticket as Said).history.map((entry) => entry.step);
const countOf = (ticket: JsonAnswer, name: string): number => stepsOf(ticket).filter((one) => one === name).length;

/** A client that repeats itself until it is answered: the same for every try, and what it was ever answered holds. */
function clientOf(ticket: Record<string, string>) {
	const headers = { prefer: 'respond-async', 'Idempotency-Key': ticket.title };
	const ids = new Set<string>();
	return async (call: Call): Promise<string> => {
		const { status, json } = await call('POST', '/webhook/ticket', { body: ticket, headers });
		expect([200, 202]).toContain(status);
		const id = String(json.ticket_id);
		expect([...ids.add(id)]).toEqual([id]);
		return id;
	};
}

/** Before and after: the transaction is not there, or whoever made it does not know yet that it is. */
async function bothSides(scene: Scene, where: string, at: Omit<Point, 'when'>, act?: (call: Call) => Promise<unknown>) {
	await killedAt(scene, `${where}: before it is saved`, { ...at, when: 'before' }, act);
	await killedAt(scene, `${where}: after it is saved`, { ...at, when: 'after' }, act);
}

async function onItsWay(scene: Scene, where: string, { stand, errand }: Way, act?: (call: Call) => Promise<unknown>) {
	await killedWhen(scene, `${where}: sent, not arrived`, stand.strike(errand, 'hang'), act);
	await killedWhen(scene, `${where}: arrived, not answered`, stand.strike(errand, 'hang_after'), act);
}
type Way = { stand: Scene['stands'][System]; errand: 'create' | 'comment' };

/** From the request to the place where it belongs. Resolves with the ticket. */
export async function delivery(scene: Scene, system: System): Promise<void> {
	const stand = scene.stands[system];
	const ticket = newTicket(system);
	const send = clientOf(ticket);
	await bothSides(scene, 'ticket received', step('received'), send);
	await bothSides(scene, 'job claimed', scene.ground.claim);
	await bothSides(scene, 'request announced', step('decided'));
	if (system === 'jira') await killedWhen(scene, 'question asked', stand.strike('ask', 'hang'));
	await onItsWay(scene, `request to ${system}`, { stand, errand: 'create' });
	await bothSides(scene, 'ticket settled', step('routed'));
	await undisturbed(scene, async (call) => {
		const id = await send(call);
		const shown = await settled(scene, call, id);
		expect(shown).toMatchObject({ status: 'routed', routed_to_system: system });
		expect([countOf(shown, 'received'), countOf(shown, 'routed')]).toEqual([1, 1]);
		// Three requests of which no process lived to hear the end arrived; the one before them did not.
		expect(stand.timesHeld().get(id)).toBe(system === 'slack' ? 3 : 1);
		expect(countOf(shown, 'sent_again')).toBe({ jira: 0, http: 4, slack: 4 }[system]);
		const rows = await scene.ground.knex('ticket_logs').where({ title: ticket.title });
		expect(rows).toHaveLength(1);
	});
}

/** Put off, given up, and put back to work by a person. */
export async function trouble(scene: Scene): Promise<void> {
	const stand = scene.stands.jira;
	const send = clientOf(newTicket('jira'));
	void stand.strike('create', 'unavailable');
	await killedAt(scene, 'ticket postponed: before it is saved', { ...step('postponed'), when: 'before' }, send);
	void stand.strike('create', 'unavailable');
	await killedAt(scene, 'ticket postponed: after it is saved', { ...step('postponed'), when: 'after' });
	for (const when of ['before', 'after'] as const) {
		stand.refuse({ status: 400, body: { errorMessages: ['No'], errors: {} } });
		await killedAt(scene, `ticket given up: ${when} it is saved`, { ...step('failed'), when });
	}
	const id = await undisturbed(scene, send);
	expect(await scene.ground.jobs()).toEqual({ open: 0, dead: 1 });
	await bothSides(scene, 'retry', step('retried'), (call) => call('POST', `/tickets/${id}/retry`));
	await undisturbed(scene, async (call) => {
		const shown = await settled(scene, call, id);
		expect(shown).toMatchObject({ status: 'routed', routed_to_system: 'jira' });
		const counts = ['postponed', 'failed', 'retried', 'routed'].map((name) => countOf(shown, name));
		expect(counts).toEqual([1, 1, 1, 1]);
		expect(stand.timesHeld().get(id)).toBe(1);
	});
	expect(await scene.ground.jobs()).toEqual({ open: 0, dead: 0 });
}

/** What a person sends elsewhere, and the note where it stood. */
export async function move(scene: Scene): Promise<void> {
	const { jira, http } = scene.stands;
	const send = clientOf(newTicket('jira'));
	const id = await undisturbed(scene, async (call) => {
		const sent = await send(call);
		await settled(scene, call, sent);
		return sent;
	});
	const correct = (call: Call): Promise<Answer> =>
		call('POST', `/tickets/${id}/correct`, { body: { department: 'Finance' } });
	await bothSides(scene, 'correction', step('corrected'), correct);
	await bothSides(scene, 'move announced', step('moved'));
	await onItsWay(scene, 'request after a move', { stand: http, errand: 'create' });
	await bothSides(scene, 'moved ticket settled', step('routed'));
	await onItsWay(scene, 'note where it stood', { stand: jira, errand: 'comment' });
	await bothSides(scene, 'note', step('linked'));
	await undisturbed(scene, async (call) => {
		const shown = await settled(scene, call, id);
		expect(shown).toMatchObject({ status: 'routed', routed_to_system: 'http', department: 'Finance' });
		const counts = ['corrected', 'moved', 'routed', 'linked'].map((name) => countOf(shown, name));
		expect(counts).toEqual([1, 1, 2, 1]);
	});
	const isMoved = ({ body }: { body: unknown }): boolean => (body as JsonAnswer).ticket_id === id;
	expect([jira.timesHeld().get(id), http.target.tickets.filter(isMoved).length]).toEqual([1, 1]);
	// Nobody can ask for a note: each of three processes left one.
	expect(jira.target.tickets.find(({ ticketId }) => ticketId === id)?.comments).toHaveLength(3);
}

/** What stays here for a person, and several in one request. */
export async function inboxAndBatch(scene: Scene): Promise<void> {
	const send = clientOf(newTicket('inbox'));
	await bothSides(scene, 'ticket in the inbox', step('routed'), send);
	const tickets = (['jira', 'http', 'inbox'] as const).map(newTicket);
	const headers = { prefer: 'respond-async', 'Idempotency-Key': tickets[0].title };
	const sendAll = (call: Call): Promise<Answer> => call('POST', '/webhook/tickets', { body: { tickets }, headers });
	await bothSides(scene, 'first ticket of several', step('received'), sendAll);
	await undisturbed(scene, async (call) => {
		expect(await settled(scene, call, await send(call))).toMatchObject({ status: 'needs_review' });
		const { results } = (await sendAll(call)).json as { results: { ticket_id: string; title: string }[] };
		expect(results.map(({ title }) => title)).toEqual(tickets.map(({ title }) => title));
		for (const { ticket_id } of results) await settled(scene, call, ticket_id);
		const titles = tickets.map(({ title }) => title);
		expect(await scene.ground.knex('ticket_logs').whereIn('title', titles)).toHaveLength(3);
	});
}

export async function erasure(scene: Scene): Promise<void> {
	const email = 'forget.me@example.com';
	const send = clientOf({ ...newTicket('inbox'), email });
	const id = await undisturbed(scene, async (call) => {
		const sent = await send(call);
		await settled(scene, call, sent);
		return sent;
	});
	const erase = (call: Call): Promise<Answer> => call('POST', '/tickets/erase', { body: { email } });
	await bothSides(scene, 'erasure', step('erased'), erase);
	await undisturbed(scene, async (call) => {
		expect((await erase(call)).json).toEqual({ erased: 0, working: 0, more: false });
		const shown = await settled(scene, call, id);
		expect([countOf(shown, 'erased'), shown.erased_at]).toEqual([1, expect.any(String)]);
	});
	expect(await scene.ground.knex('ticket_logs').where({ email })).toEqual([]);
}

/** What a subscriber is told of a ticket. */
export async function telling(scene: Scene): Promise<void> {
	const { receiver, ground } = scene;
	const send = clientOf(newTicket('inbox'));
	const body = { url: receiver.events, events: ['needs_review'] };
	const subscribe = async (call: Call): Promise<unknown> => (await call('POST', '/subscriptions', { body })).json.id;
	const subscription = await undisturbed(scene, subscribe);
	await bothSides(scene, 'events taken up', { sql: 'update .subscriptions. set .claim' }, send);
	await onItsWay(scene, 'event', { stand: receiver, errand: 'create' });
	await bothSides(scene, 'event told', { sql: 'delete from .event_deliveries' });
	await undisturbed(scene, async (call) => {
		const id = await send(call);
		await settled(scene, call, id);
		expect(receiver.target.tickets.map((one) => (one.body as { data: JsonAnswer }).data.ticket_id)).toEqual([id]);
		expect(await ground.knex('event_deliveries')).toEqual([]);
		expect((await call('DELETE', `/subscriptions/${String(subscription)}`)).status).toBe(204);
	});
	// Three arrivals, of which the receiver knew two by their id.
	expect(receiver.target).toMatchObject({ repeats: 2 });
}
