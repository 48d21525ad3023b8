import { createRecords, type FakeRequest } from '../../fake-gemini/record';

const at = (time: number): FakeRequest => ({
	...{ at: time, method: 'POST', path: '/', headers: {}, body: '', tickets: 1, inputTokens: 1 },
	...{ fault: null, status: null },
});

describe('early', () => {
	it.each([
		[[999], 0],
		[[1200.1, 2999.9], 2],
		[[1000, 1200], 0],
		[[3000], 0],
	])('of requests at %j there are %i', (times, early) => {
		const records = createRecords({ now: () => 1000 });
		for (const time of times.filter((each) => each < 1000)) records.arrive(at(time), { limited: true });
		records.askToWait(2);
		for (const time of times.filter((each) => each >= 1000)) records.arrive(at(time), { limited: true });
		expect(records.early).toBe(early);
	});

	it('is not shortened by a shorter time after a longer one', () => {
		const records = createRecords({ now: () => 0 });
		records.askToWait(2);
		records.askToWait(1);
		records.arrive(at(1500), { limited: true });
		expect(records.early).toBe(1);
	});

	it('leaves out what has no quota', () => {
		const records = createRecords({ now: () => 0 });
		records.askToWait(2);
		records.arrive(at(1000), { limited: false });
		expect(records.early).toBe(0);
	});
});

it('keeps the last 10,000', () => {
	const records = createRecords();
	for (let i = 0; i < 10_005; i += 1) records.arrive(at(i), { limited: false });
	expect(records.requests).toHaveLength(10_000);
	expect([records.requests[0].at, records.requests[9999].at]).toEqual([5, 10_004]);
});
