import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { startLocalServer, type Answer, type LocalServer, type Recorded } from '../helpers/local-server';
import { execute, loadPackage, type Case, type Package, type WorkflowData } from '../helpers/n8n';

let pack: Package;
let server: LocalServer;
/** How often the server still refuses a bad ticket. */
let refusals: number;

beforeAll(async () => {
	pack = await loadPackage();
	server = await startLocalServer(answer);
});

afterAll(() => server.close());

beforeEach(() => {
	server.requests.length = 0;
	refusals = Infinity;
});

const titleOf = ({ body }: Recorded): string => (JSON.parse(body) as { title: string }).title;

/** A service or any other API, that does not take bad tickets. */
function answer(request: Recorded): Answer {
	if (titleOf(request).startsWith('Bad') && refusals > 0) {
		refusals -= 1;
		return { status: 422, body: { detail: 'It is bad' } };
	}
	const ticket = { ticket_id: 'TKT-1', status: 'routed', department: 'IT', needs_review: false };
	return { status: 201, body: ticket };
}

const TEXT = 'VPN and wifi do not work on my laptop, cannot log in';
const item = (n: number, isBad: boolean): IDataObject => ({
	n,
	title: `${isBad ? 'Bad' : 'Good'} ${n}`,
	description: TEXT,
	email: 'ana@example.com',
	triage: { department: 'IT', needs_review: false },
});

interface Subject extends Pick<Case, 'node' | 'credentials'> {
	parameters: () => Case['parameters'];
	/** Outputs but for the error's. */
	outputs: number;
	sends: boolean;
}

const local = {
	ticketFields: 'defined',
	threshold: 0,
	title: '={{ $json.title.startsWith("Bad") ? [] : $json.title }}',
	description: TEXT,
};
const credentials = { triageServiceApi: { url: '', apiKey: 'k' } };
const triage = { node: 'ticketTriage', outputs: 1 };
const route = { node: 'routeTicket', outputs: 1, sends: true };
const perDepartment = { outputs: 'perDepartment' };
const SUBJECTS: Record<string, Subject> = {
	'Ticket Triage': { ...triage, sends: false, parameters: () => local },
	'Ticket Triage, an output for each department': {
		...{ ...triage, sends: false, outputs: 8 },
		parameters: () => ({ ...local, ...perDepartment }),
	},
	'Ticket Triage by the service': {
		...{ ...triage, sends: true, credentials },
		parameters: () => ({ engine: 'service' }),
	},
	'Ticket Triage by the service, an output for each department': {
		...{ ...triage, sends: true, credentials, outputs: 8 },
		parameters: () => ({ engine: 'service', ...perDepartment }),
	},
	'Route Ticket': {
		...route,
		parameters: () => ({ mappings: { mapping: [{ department: 'IT', system: 'http', url: server.url }] } }),
	},
	'Route Ticket by the service': { ...{ ...route, credentials }, parameters: () => ({ mappingSource: 'service' }) },
};

const PLACES: [string, number[]][] = [
	['the first', [0]],
	['one in the middle', [2]],
	['the last', [4]],
	['all', [0, 1, 2, 3, 4]],
];
const TRIES = 3;
const RETRY = { settings: { retryOnFail: true, maxTries: TRIES, waitBetweenTries: 1 } };
const NUMBERS = [0, 1, 2, 3, 4];

async function run(subject: Subject, bad: number[], more: Partial<Case>) {
	const items = NUMBERS.map((n) => item(n, bad.includes(n)));
	const own = { triageServiceApi: { ...credentials.triageServiceApi, url: server.url } };
	const { node, parameters } = subject;
	const ran = await pack.run({
		...{ node, items, parameters: parameters(), ...more },
		credentials: subject.credentials ? own : {},
	});
	const sent = server.requests.map((request) => Number(titleOf(request).split(' ')[1]));
	return { ...ran, items, timesSent: NUMBERS.map((n) => sent.filter((one) => one === n).length) };
}

const CASES = Object.keys(SUBJECTS).flatMap((subject) =>
	PLACES.flatMap(([who, bad]) => [false, true].map((retry) => ({ subject, who, bad, retry }))),
);

test.each(CASES)('$subject, stopped by $who (retry: $retry)', async ({ subject, bad, retry }) => {
	const { run: ended, error, json, timesSent } = await run(SUBJECTS[subject], bad, retry ? RETRY : {});
	const [first] = bad;
	expect(ended.status).toBe('error');
	expect(error?.message).toContain(`[item ${first}]`);
	expect(error?.context.itemIndex).toBe(first);
	expect(json.flat()).toEqual([]);
	if (!SUBJECTS[subject].sends) return;
	expect(timesSent[first]).toBe(retry ? TRIES : 1);
	// What was done before is not done again; what is under way beside it, in Ticket Triage, is let finish.
	expect(timesSent.filter((_, n) => !bad.includes(n)).every((times) => times <= 1)).toBe(true);
	if (SUBJECTS[subject].node === 'routeTicket') {
		expect(timesSent).toEqual(NUMBERS.map((n) => (n < first ? 1 : n === first ? (retry ? TRIES : 1) : 0)));
	}
});

describe.each(['continueRegularOutput', 'continueErrorOutput'] as const)('On Error = %s', (onError) => {
	test.each(CASES)('$subject goes on without $who (retry: $retry)', async ({ subject, bad, retry }) => {
		const { outputs: regular, sends } = SUBJECTS[subject];
		const ran = await run(SUBJECTS[subject], bad, { onError, ...(retry ? RETRY : {}) });
		expect(ran.error).toBeUndefined();
		const failed = onError === 'continueErrorOutput' ? regular : regular - 1;
		expect(ran.json).toHaveLength(Math.max(failed + 1, regular));
		const wayOf = (n: number): number => (bad.includes(n) ? failed : 0);
		ran.outputs.forEach((output, way) => {
			const wanted = NUMBERS.filter((n) => wayOf(n) === way);
			expect(output.map(({ json }) => json.n)).toEqual(wanted);
			expect(output.map(({ pairedItem }) => pairedItem)).toEqual(wanted.map((n) => ({ item: n })));
		});
		for (const json of ran.json.flat()) {
			const n = Number(json.n);
			expect(json.title).toBe(ran.items[n].title);
			expect(json.error).toEqual(bad.includes(n) ? (expect.stringContaining(`[item ${n}]`) as string) : undefined);
		}
		if (sends) expect(ran.timesSent.filter((times, n) => !bad.includes(n) && times !== 1)).toEqual([]);
	});
});

test.each(Object.keys(SUBJECTS).filter((name) => SUBJECTS[name].sends))(
	'%s: a retry does what failed, and nothing else',
	async (subject) => {
		refusals = 1;
		const { json, error, timesSent } = await run(SUBJECTS[subject], [2], RETRY);
		expect(error).toBeUndefined();
		expect(json[0].map(({ n }) => n)).toEqual(NUMBERS);
		expect(timesSent).toEqual([1, 1, 2, 1, 1]);
	},
);

test('a second run of the node, with the very same items, is no retry', async () => {
	const parameters = SUBJECTS['Route Ticket'].parameters() as INodeParameters;
	const at = { typeVersion: 1, position: [0, 0] as [number, number] };
	const twice = [1, 2].map(() => ({ node: 'Route', type: 'main' as const, index: 0 }));
	const data: WorkflowData = {
		nodes: [
			{ ...at, id: '1', name: 'Start', type: 'test.start', parameters: {} },
			{ ...at, id: '2', name: 'Route', type: 'n8n-nodes-ticket-triage.routeTicket', parameters, ...RETRY.settings },
		],
		connections: { Start: { main: [twice] } },
		pinData: { Start: [{ json: item(0, false) }] },
	};
	const { data: ended } = await execute({ ...pack, data, credentials: {} });
	expect(ended.resultData.runData.Route).toHaveLength(2);
	expect(server.requests).toHaveLength(2);
});
