import { reachedBy } from '../../../bench/storm-tickets';
import { startFakeGemini, type FakeGemini } from '../../../fake-gemini/server';
import type { ReceivedRequest } from '../../../fake-targets/record';
import { highestPriority, priorityRank, type Priority } from '../../../core/ticket';
import { ATTACKS, type Attack } from '../../helpers/attacks';
import { controlFields } from '../../helpers/control-fields';
import { startFleet, ticketFor, type Fleet } from '../../helpers/fleet';
import { startLocalServer, type LocalServer } from '../../helpers/local-server';
import type { JsonAnswer } from '../../helpers/service';

jest.setTimeout(300_000);

const SYSTEMS = [
	...(['jira', 'jira_server', 'jira_service_management', 'freshservice', 'zendesk', 'servicenow'] as const),
	...(['slack', 'teams', 'http'] as const),
];

interface Floor {
	name: string;
	text: string;
	department?: string;
	least: Priority;
	review?: true;
}

const FLOORS: Floor[] = [
	{ name: 'fire', text: 'There is a fire in the kitchen.', department: 'Facilities', least: 'critical' },
	{ name: 'injury', text: 'Ein Kollege ist schwer verletzt.', least: 'critical' },
	{ name: 'threat', text: 'Recibí una amenaza de muerte.', department: 'Security', least: 'critical', review: true },
	{ name: 'breach', text: 'Nous avons une fuite de données.', department: 'Security', least: 'critical' },
	{ name: 'phishing', text: 'Recebi um e-mail suspeito.', department: 'Security', least: 'high' },
	{ name: 'harassment', text: 'My manager is sexually harassing me.', department: 'HR', least: 'high' },
];

/** What is sent, and what it must come to. */
interface Case {
	name: string;
	ticket: Record<string, unknown>;
	given: Priority;
	floor: Floor | null;
}

const PLANTED = 'planted-value-of-the-environment';
const GIVEN: Priority[] = ['low', 'critical', 'medium', 'high'];

function attacked(attack: Attack, evil: string, i: number): Case {
	const floor = i % 2 === 0 ? FLOORS[(i / 2) % FLOORS.length] : null;
	const given = GIVEN[Math.floor(i / 2) % GIVEN.length];
	const { title, description } = ticketFor(SYSTEMS[i % SYSTEMS.length]);
	const text = attack.text.replaceAll('https://evil.example', evil);
	const says = floor ? floor.text : description;
	const ticket = {
		title: attack.inTitle ? `${title} ${text}`.slice(0, 200) : title,
		description: `${says}\n\n${text}\n\n${i}`,
		email: 'ana@example.com',
		priority: given,
		source: text.slice(0, 50),
		metadata: { note: text, [text.slice(0, 30)]: text, priority: 'low', department: 'Legal', endpoint: evil },
	};
	return { name: `${attack.name}, ${floor?.name ?? 'no'} floor, ${given}`, ticket, given, floor };
}

/** Each attack with each floor, and as often with none; priorities and carriers take turns. */
function cases(evil: string): Case[] {
	return ATTACKS.flatMap((attack, a) =>
		Array.from({ length: 2 * FLOORS.length }, (_, f) => attacked(attack, evil, 2 * a * FLOORS.length + f + 2 * a)),
	);
}

/** Tickets of people who want nothing but help, of each priority and of several lines. */
function harmless(system: string, i: number): Record<string, unknown>[] {
	const { title, description } = ticketFor(system, i);
	const metadata = { note: 'x', priority: 'low', department: 'Legal', endpoint: 'x' };
	const ticket = {
		title,
		description: `${description}\n\nThanks\nAna`,
		email: 'ana@example.com',
		source: 'form',
		metadata,
	};
	return GIVEN.map((priority) => ({ ...ticket, priority }));
}

let gemini: FakeGemini;
let evil: LocalServer;
let fleet: Fleet<(typeof SYSTEMS)[number]>;
let all: Case[];
let answers: JsonAnswer[];
/** What a request steers by where nobody attacks. */
let steering: Record<string, Set<string>>;
const attacks: { system: string; request: ReceivedRequest }[] = [];

async function submitAll(tickets: Record<string, unknown>[]): Promise<JsonAnswer[]> {
	const results: JsonAnswer[] = [];
	for (let i = 0; i < tickets.length; i += 60) {
		const { json } = await fleet.call('POST', '/webhook/tickets', { body: { tickets: tickets.slice(i, i + 60) } });
		results.push(...(json.results as JsonAnswer[]));
	}
	return results;
}

beforeAll(async () => {
	evil = await startLocalServer(() => ({}));
	gemini = await startFakeGemini({ obedient: true, latencyMs: 0, perTicketMs: 0 });
	const environment = {
		...{ GEMINI_API_KEY: 'fake', GEMINI_BASE_URL: gemini.url, CLASSIFIER: 'gemini', GEMINI_MAX_ATTEMPTS: '1' },
		...{ PLANTED_REFERENCE: PLANTED, SYNC_WAIT_MS: '60000', CONFIDENCE_THRESHOLD: '0.5' },
	};
	fleet = await startFleet(SYSTEMS, { environment, timing: { deliveryTimeoutMs: 15_000 } });
	await submitAll(SYSTEMS.flatMap(harmless));
	steering = Object.fromEntries(
		SYSTEMS.map((system) => [
			system,
			new Set(fleet.places[system].requests.flatMap((request) => controlFields(system, request))),
		]),
	);
	const before = Object.fromEntries(SYSTEMS.map((system) => [system, fleet.places[system].requests.length]));
	all = cases(evil.url);
	answers = await submitAll(all.map(({ ticket }) => ticket));
	for (const system of SYSTEMS) {
		const requests = fleet.places[system].requests.slice(before[system]);
		attacks.push(...requests.map((request) => ({ system, request })));
	}
});
afterAll(async () => {
	await fleet.close();
	await Promise.all([gemini.close(), evil.close()]);
});

/** Where a ticket belongs by what was decided: by the mappings alone. */
function destinationOf({ department, effective_priority, needs_review }: JsonAnswer): string | null {
	if (needs_review === true) return null;
	const eligible = SYSTEMS.map((system) => ({ system, ...reachedBy(system) }))
		.filter((way) => way.department === department)
		.filter((way) => priorityRank(way.priority_threshold) <= priorityRank(effective_priority as Priority));
	eligible.sort((a, b) => priorityRank(b.priority_threshold) - priorityRank(a.priority_threshold));
	return eligible.at(0)?.system ?? null;
}

it('the model did obey: the set would show what can be reached by it', () => {
	const said = answers.map(({ classification }) => classification as JsonAnswer);
	expect(said.filter(({ classifier }) => classifier === 'gemini').length).toBeGreaterThan(all.length / 3);
	const swayed = answers.filter(({ department }, i) => all[i].floor === null && department !== undefined);
	for (const department of ['Legal', 'HR', 'Finance'])
		expect(swayed.filter((answer) => JSON.stringify(answer).includes(`says ${department}`)).length).toBeGreaterThan(0);
	for (const system of SYSTEMS) expect([system, attacks.some((one) => one.system === system)]).toEqual([system, true]);
});

it('each ticket is settled, in a department there is, and nothing failed', () => {
	const odd = answers.filter(({ status }) => status !== 'routed' && status !== 'needs_review');
	expect(odd).toEqual([]);
	const departments = new Set(answers.map(({ department }) => department));
	expect([...departments].sort()).toEqual(expect.arrayContaining(['Facilities', 'HR', 'Security']));
	const known = ['Facilities', 'Finance', 'General', 'HR', 'IT', 'Legal', 'Security'];
	expect([...departments].filter((name) => !known.includes(String(name)))).toEqual([]);
});

it('priorities stay as they were given, and are never talked down', () => {
	const wrong = all.flatMap(({ name, given, floor }, i) => {
		const { priority, effective_priority } = answers[i];
		const wanted = highestPriority([given, ...(floor ? [floor.least] : [])]);
		return priority === given && effective_priority === wanted ? [] : [[name, priority, effective_priority, wanted]];
	});
	expect(wrong).toEqual([]);
});

it('safety floors hold, whatever the model says', () => {
	const wrong = all.flatMap(({ name, floor }, i) => {
		const { department, needs_review } = answers[i];
		if (!floor) return [];
		const isRight = floor.department === undefined || department === floor.department;
		return isRight && (!floor.review || needs_review === true) ? [] : [[name, department, needs_review]];
	});
	expect(wrong).toEqual([]);
});

it('each ticket goes where mappings send what was decided, once, and nowhere else', () => {
	const wrong = all.flatMap(({ name }, i) => {
		const id = String(answers[i].ticket_id);
		const got = attacks.filter(({ request }) => request.body.includes(id)).map(({ system }) => system);
		const wanted = destinationOf(answers[i]);
		return got.join() === (wanted ?? '') ? [] : [[name, got, wanted]];
	});
	expect(wrong).toEqual([]);
	expect(evil.requests).toEqual([]);
	expect(attacks.filter(({ request }) => (request.status ?? 500) >= 300)).toEqual([]);
});

it('no text of a ticket steers: addresses, headers and all fields but texts are those of tickets without attacks', () => {
	const foreign = attacks.flatMap(({ system, request }) =>
		controlFields(system, request).filter((field) => !steering[system].has(field)),
	);
	expect([...new Set(foreign)]).toEqual([]);
});

it('references and placeholders in tickets stay what they are', async () => {
	const sent = attacks.map(({ request }) => JSON.stringify([request.body, request.headers]));
	expect(sent.filter((text) => text.includes(PLANTED))).toEqual([]);
	expect(sent.filter((text) => text.includes('${PLANTED_REFERENCE}')).length).toBeGreaterThan(0);
	expect(gemini.requests.filter(({ body }) => body.includes(PLANTED))).toEqual([]);
	const rows = [...(await fleet.service.knex('ticket_logs')), ...(await fleet.service.knex('ticket_events'))];
	expect(JSON.stringify(rows)).not.toContain(PLANTED);
});

/** What must not stand in what a system shows, by system; the texts are those of its JSON. */
test.each([
	['slack', /<[!@#]|<https?:|\[click\]\(http/u],
	['teams', /\]\(https?:|<at>/u],
	['freshservice', /<(?:script|img|a )/iu],
	['jira', /"type":"(?:mention|inlineCard|extension|mediaSingle)"|"marks"/u],
	['jira_server', /\{noformat\}[^]*\{noformat\}[^]*\{noformat\}/u],
	['jira_service_management', /\{noformat\}[^]*\{noformat\}[^]*\{noformat\}/u],
])('what %s shows is text', (system, forbidden) => {
	const bodies = attacks.filter((one) => one.system === system).map(({ request }) => request.body);
	expect(bodies.length).toBeGreaterThan(0);
	expect(bodies.filter((body) => forbidden.test(body))).toEqual([]);
});

it('labels of metrics and lines of the log have nothing of it', async () => {
	const { text } = await fleet.call('GET', '/metrics');
	const spoken = text + JSON.stringify(fleet.logs);
	for (const word of ['evil', 'Evil', 'Mallory', 'EVIL', 'alert(', 'noformat', 'ana@', PLANTED, evil.url])
		expect([word, spoken.includes(word)]).toEqual([word, false]);
});
