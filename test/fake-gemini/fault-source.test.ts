import { FAULTS, createFaultSource, type Fault, type Rates } from '../../fake-gemini/faults';

const draw = (seed: number, rates: Rates, count = 1000): (Fault | null)[] => {
	const source = createFaultSource(seed, rates);
	return Array.from({ length: count }, () => source.draw());
};

it('repeats itself with the same seed only', () => {
	const rates: Rates = { hang: 0.1, rate_limited: 0.3 };
	expect(draw(1, rates)).toEqual(draw(1, rates));
	expect(draw(1, rates)).not.toEqual(draw(2, rates));
});

it('strikes as often as it is told', () => {
	const drawn = draw(1, { hang: 0.1, rate_limited: 0.3 }, 10_000);
	const share = (fault: Fault | null): number => drawn.filter((each) => each === fault).length / drawn.length;
	expect(share('hang')).toBeCloseTo(0.1, 1);
	expect(share('rate_limited')).toBeCloseTo(0.3, 1);
	expect(share(null)).toBeCloseTo(0.6, 1);
});

it.each(FAULTS)('%s can be had always', (fault) => {
	expect(draw(3, { [fault]: 1 }, 5)).toEqual(Array(5).fill(fault));
});

it('takes the queue first, which leaves chance as it was', () => {
	const source = createFaultSource(1, { slow: 1 });
	source.queue(['hang', null]);
	source.queue(['cut']);
	expect([1, 2, 3, 4].map(() => source.draw())).toEqual(['hang', null, 'cut', 'slow']);
	source.setRates({ html: 1 });
	expect(source.draw()).toBe('html');
	source.setRates({});
	expect(source.draw()).toBeNull();
});

it.each([
	[{ hang: 1.1 }, 'The rate of hang must be a number from 0 to 1'],
	[{ hang: -0.1 }, 'The rate of hang must be a number from 0 to 1'],
	[{ hang: Number.NaN }, 'The rate of hang must be a number from 0 to 1'],
	[{ hang: 0.6, cut: 0.5 }, 'The rates of all faults add up to 1.1: at most 1 is possible'],
	[{ fire: 0.1 }, 'There is no fault fire'],
])('refuses the rates %j', (rates, message) => {
	expect(() => createFaultSource(1, rates as Rates)).toThrow(message);
	expect(() => createFaultSource(1, {}).setRates(rates as Rates)).toThrow(message);
});

it('refuses to queue what it does not know', () => {
	expect(() => createFaultSource(1, {}).queue(['fire' as Fault])).toThrow('There is no fault fire');
});

it('takes ten rates of a tenth', () => {
	expect(() => createFaultSource(1, Object.fromEntries(FAULTS.slice(0, 10).map((f) => [f, 0.1])))).not.toThrow();
});
