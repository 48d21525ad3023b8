import { startStorm, type Storm, type StormTicket } from '../../../bench/storm';

jest.setTimeout(240_000);

/** Where a second request cannot be told from the first, neither by asking nor by the target itself. */
const CANNOT_TELL = ['slack', 'teams'];

let storm: Storm;
let tickets: StormTicket[];

beforeAll(async () => {
	storm = await startStorm({ tickets: 1000, faultShare: 0.2, seed: 20 });
	tickets = await storm.tickets();
});

afterAll(() => storm.close());

it('is bad weather indeed: every fault strikes', () => {
	expect(Object.keys(storm.struck)).toHaveLength(15);
	expect(Object.values(storm.struck).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(150);
});

it('every ticket is delivered, or dead with its reason', () => {
	expect(tickets).toHaveLength(1000);
	const lost = tickets.filter(({ status, held }) => status === 'routed' && held === 0);
	expect(lost).toEqual([]);
	const unsettled = tickets.filter(({ status }) => status !== 'routed' && status !== 'failed');
	expect(unsettled).toEqual([]);
	const dead = tickets.filter(({ status }) => status === 'failed');
	expect(dead.filter(({ reason }) => !reason)).toEqual([]);
	expect(dead.length).toBeLessThan(100);
});

it('no ticket is delivered twice where that can be known, and elsewhere none without saying so', () => {
	const twice = tickets.filter(({ held }) => held > 1);
	expect(twice.filter(({ system }) => !CANNOT_TELL.includes(system))).toEqual([]);
	expect(twice.filter(({ mayBeDouble }) => !mayBeDouble)).toEqual([]);
	expect(tickets.some(({ found }) => found)).toBe(true);
	expect(storm.mistakes()).toEqual([]);
});

it('when the weather is fine again, what failed is delivered at one word, and still nothing is double', async () => {
	const failed = tickets.filter(({ status }) => status === 'failed').length;
	expect(await storm.calm()).toBe(failed);
	const after = await storm.tickets();
	expect(after.filter(({ status }) => status !== 'routed')).toEqual([]);
	const wrong = after.filter(
		({ held, system, mayBeDouble }) => held !== 1 && !(CANNOT_TELL.includes(system) && mayBeDouble),
	);
	expect(wrong).toEqual([]);
});
