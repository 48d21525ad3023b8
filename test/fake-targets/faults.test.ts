import { FAULTS, createFaultSource, evenRates, type Fault, type Rates, type Strike } from '../../fake-targets/faults';

const CREATION = { creates: true };

const draw = (seed: number, rates: Rates, count = 1000): (Strike | null)[] => {
	const source = createFaultSource({ seed, rates });
	return Array.from({ length: count }, () => source.draw(CREATION));
};

it('repeats itself with the same seed only', () => {
	const rates: Rates = { hang: 0.1, gateway: 0.3 };
	expect(draw(1, rates)).toEqual(draw(1, rates));
	expect(draw(1, rates)).not.toEqual(draw(2, rates));
});

it('strikes as often as it is told', () => {
	const drawn = draw(1, { hang: 0.1, rate_limited: 0.3 }, 10_000);
	const share = (wanted: Fault | null): number =>
		drawn.filter((strike) => (strike?.fault ?? null) === wanted).length / drawn.length;
	expect(share('hang')).toBeCloseTo(0.1, 1);
	expect(share('rate_limited')).toBeCloseTo(0.3, 1);
	expect(share(null)).toBeCloseTo(0.6, 1);
});

it('strikes evenly where only a share of all is given', () => {
	const drawn = draw(1, evenRates(0.6), 30_000);
	for (const fault of FAULTS) {
		expect(drawn.filter((strike) => strike?.fault === fault).length / 30_000).toBeCloseTo(0.6 / FAULTS.length, 2);
	}
});

it.each([
	['hang', false],
	['hang_after', true],
	['reset_before', false],
	['reset_after', true],
	['rate_limited', false],
	['rate_limited_bare', false],
	['rate_limited_date', false],
	['error_before', false],
	['error_after', true],
	['unavailable', false],
	['html', false],
	['huge', true],
	['cut', true],
	['redirect', false],
] as const)('%s tells the system: %s', (fault, tells) => {
	expect(draw(3, { [fault]: 1 }, 5)).toEqual(Array(5).fill({ fault, tells }));
});

it('gateway tells the system half of the time, which changes nothing about the faults that follow', () => {
	const told = draw(3, { gateway: 1 }, 10_000).filter((strike) => strike?.tells);
	expect(told.length / 10_000).toBeCloseTo(0.5, 1);
	const names = (rates: Rates): boolean[] => draw(3, rates).map((strike) => strike === null);
	expect(names({ gateway: 0.4 })).toEqual(names({ hang: 0.4 }));
});

it('takes its script first, which leaves chance as it was', () => {
	const source = createFaultSource({ rates: { unavailable: 1 }, script: ['hang', null] });
	source.queue('cut');
	const next = (): Fault | null => source.draw(CREATION)?.fault ?? null;
	expect([1, 2, 3, 4].map(next)).toEqual(['hang', null, 'cut', 'unavailable']);
	source.setRates({ html: 1 });
	expect(next()).toBe('html');
	source.setRates({});
	expect(next()).toBeNull();
});

it('can leave alone what creates nothing', () => {
	const source = createFaultSource({ script: ['hang', 'cut'], rates: { html: 1 }, on: 'create' });
	const strikes = [true, false, false, true, false, true].map((creates) => source.draw({ creates })?.fault);
	expect(strikes).toEqual(['hang', undefined, undefined, 'cut', undefined, 'html']);
});

it.each([
	[{ hang: 1.1 }, 'The rate of hang must be a number from 0 to 1'],
	[{ hang: -0.1 }, 'The rate of hang must be a number from 0 to 1'],
	[{ hang: Number.NaN }, 'The rate of hang must be a number from 0 to 1'],
	[{ hang: 0.6, cut: 0.5 }, 'The rates of all faults add up to 1.1: at most 1 is possible'],
	[{ fire: 0.1 }, 'There is no fault fire'],
	[{ toString: 0.1 }, 'There is no fault toString'],
])('refuses the rates %j', (rates, message) => {
	expect(() => createFaultSource({ rates: rates as Rates })).toThrow(message);
	expect(() => createFaultSource().setRates(rates as Rates)).toThrow(message);
});

it('refuses a script of what it does not know, and a share over 1', () => {
	expect(() => createFaultSource({ script: ['fire' as Fault] })).toThrow('There is no fault fire');
	expect(() => createFaultSource().queue('fire' as Fault)).toThrow('There is no fault fire');
	expect(() => evenRates(1.5)).toThrow('at most 1');
	expect(() => evenRates(1)).not.toThrow();
});
