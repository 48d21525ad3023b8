import { clearTicket, reachedBy } from '../../bench/storm-tickets';
import { createTarget } from '../../fake-targets';
import { createFaultSource, type FaultSource } from '../../fake-targets/faults';
import type { ReceivedRequest } from '../../fake-targets/record';
import { sampleMapping } from '../../fake-targets/sample-mapping';
import { startFakeTarget, type FakeTargetOptions, type RunningTarget } from '../../fake-targets/server';
import type { FakeTarget, TargetAnswer } from '../../fake-targets/target';
import type { ServiceOptions } from '../../service/service';
import { jobsIn, type StoredJob } from './jobs';
import type { Entry } from './desk';
import { eventually, startService, type JsonAnswer, type RunningService } from './service';

/** Systems that can be asked for a ticket whose delivery ended in doubt. */
export const ASKABLE = [
	...['jira', 'jira_server', 'jira_service_management', 'freshservice', 'zendesk', 'servicenow'],
] as const;
/** Those where nobody can tell a second request from the first. */
export const MESSENGERS = ['slack', 'teams'] as const;

/** A stand-in whose faults and answers a test can choose. */
export interface Place extends RunningTarget {
	faults: FaultSource;
	/** In place of its own, one for each request that it is told of; undefined lets it give its own. */
	answers: (TargetAnswer | undefined)[];
	/** Requests for a new ticket, and all others. */
	creations(): ReceivedRequest[];
	questions(): ReceivedRequest[];
	/** The tickets it holds, by the service's ids. */
	held(): string[];
}

export interface PlaceOptions extends Omit<FakeTargetOptions, 'faults'> {
	/** For what becomes of a fault by chance. */
	seed?: number;
	/** One with a clock or a lag of the test's own. */
	target?: FakeTarget;
}

export async function startPlace(system: string, { seed, target, ...options }: PlaceOptions = {}): Promise<Place> {
	const faults = createFaultSource({ seed, on: 'create' });
	const answers: Place['answers'] = [];
	const own = target ?? createTarget(system);
	const scripted: FakeTarget = { ...own, answer: (request) => answers.shift() ?? own.answer(request) };
	const running = await startFakeTarget(scripted, { ...options, faults });
	return {
		...running,
		faults,
		answers,
		creations: () => running.requests.filter(({ creates }) => creates),
		questions: () => running.requests.filter(({ creates }) => !creates),
		held: () => own.tickets.map(({ ticketId }) => ticketId),
	};
}

export async function startPlaces<S extends string>(
	systems: readonly S[],
	options: PlaceOptions = {},
): Promise<Record<S, Place>> {
	const places = await Promise.all(systems.map(async (system) => [system, await startPlace(system, options)] as const));
	return Object.fromEntries(places) as Record<S, Place>;
}

const FIRST: Record<string, number> = {
	...{ jira: 0, freshservice: 1, zendesk: 2, jira_service_management: 3, servicenow: 4, jira_server: 5 },
	...{ slack: 6, teams: 7, http: 8 },
};

/** The i-th ticket that goes to a system, where all have their sample mappings. */
export function ticketFor(system: string, i = 0): Record<string, string> {
	return clearTicket(FIRST[system] + 12 * i);
}

/** As much as anybody wants: a test of something else need not wait. */
const ANY_PACE = { max_per_minute: 6000 };

/** How a stand-in is mapped that listens at `url`. */
export function mappingTo(system: string, url: string, settings: Record<string, unknown> = ANY_PACE) {
	const sample = sampleMapping(system, url);
	return { ...sample, ...reachedBy(system), settings: { ...sample.settings, ...settings } };
}

type Call = RunningService['call'];

/** Maps each department to its system, in place of the inbox. */
export async function mapTo(
	call: Call,
	places: Record<string, Place>,
	settings?: Record<string, unknown>,
): Promise<void> {
	const { mappings } = (await call('GET', '/mappings')).json as { mappings: { id: number }[] };
	for (const { id } of mappings) await call('DELETE', `/mappings/${id}`);
	for (const [system, { url }] of Object.entries(places)) {
		const { status, text } = await call('POST', '/mappings', { body: mappingTo(system, url, settings) });
		if (status !== 201) throw new Error(`the mapping to ${system} was refused: ${text}`);
	}
}

export interface Shown extends JsonAnswer {
	history: Entry[];
}

export interface Fleet<S extends string = string> extends RunningService {
	places: Record<S, Place>;
	/** The i-th ticket for a system, on disk; resolves with its id. */
	send(system: S, i?: number): Promise<string>;
	show(id: string): Promise<Shown>;
	/** The ticket once it is routed or has failed, and nobody works on it. */
	settled(id: string, tries?: number): Promise<Shown>;
	/** The ticket's row. */
	row(id: string): Promise<Record<string, unknown>>;
	job(id: string): Promise<StoredJob | undefined>;
	/** Makes a waiting ticket's next try due now. */
	hurry(id: string): Promise<void>;
}

export interface FleetOptions extends PlaceOptions {
	environment?: Record<string, string>;
	timing?: ServiceOptions['timing'];
	/** Of every mapping. */
	settings?: Record<string, unknown>;
}

/** Waits made short; a search finds at once what it ever will. */
const QUICK = { pollMs: 20, deliveryTimeoutMs: 1000, firstRetryMs: 20, lagScale: 0, leaseMs: 30_000 };
const HOPE = {
	...{ ALLOWED_PRIVATE_HOSTS: '127.0.0.1', RETRY_BACKOFF_FACTOR: '1', CONFIDENCE_THRESHOLD: '0', SYNC_WAIT_MS: '0' },
};

/** A service and stand-ins of these systems, or those that are given, all mapped. */
export async function startFleet<S extends string>(
	systems: readonly S[] | Record<S, Place>,
	{ environment, timing, settings, ...options }: FleetOptions = {},
): Promise<Fleet<S>> {
	const places = isList(systems) ? await startPlaces(systems, options) : systems;
	const app = await startService({ ...HOPE, ...environment }, { ...QUICK, ...timing });
	await mapTo(app.call, places, settings);
	const show: Fleet['show'] = async (id) =>
		(await app.call('GET', `/webhook/ticket/${id}?expand=history`)).json as Shown;
	const { knex, pipeline } = app.service;
	const jobs = jobsIn(app.service);
	const job: Fleet['job'] = (id) => jobs.find(id);
	return {
		...app,
		places,
		show,
		job,
		send: async (system, i) => String((await app.submit(ticketFor(system, i))).json.ticket_id),
		settled: (id, tries) => settled(id, { show, job }, tries),
		row: (id) => knex('ticket_logs').where({ ticket_id: id }).first(),
		async hurry(id) {
			await jobs.hurry(id);
			pipeline.wake();
		},
		async close() {
			await Promise.all(Object.values<Place>(places).map((place) => place.close()));
			await app.close();
		},
	};
}

function isList<S extends string>(systems: readonly S[] | Record<S, Place>): systems is readonly S[] {
	return Array.isArray(systems);
}

function settled(id: string, { show, job }: Pick<Fleet, 'show' | 'job'>, tries?: number): Promise<Shown> {
	return eventually(
		async () => {
			const ticket = await show(id);
			if (ticket.status !== 'routed' && ticket.status !== 'failed') return undefined;
			const state = (await job(id))?.state;
			return state === undefined || state === 'dead' ? ticket : undefined;
		},
		`${id} to settle`,
		tries,
	);
}

export function stepsOf({ history }: Shown): string[] {
	return history.map(({ step }) => step);
}

/** What the first step of this name says. */
export function detailOf({ history }: Shown, step: string): Record<string, unknown> | undefined {
	return history.find((entry) => entry.step === step)?.detail;
}
