import { isDeepStrictEqual } from 'node:util';
import { createMetrics } from '../../service/metrics';
import type { TargetState } from '../../service/targets/targets';
import { startFleet, type Fleet } from '../helpers/fleet';

const NAMES = ['target_breakers', 'target_calls'];

/** Their samples, by name and labels. */
function samplesIn(text: string): Record<string, number> {
	const lines = text.split('\n').filter((line) => NAMES.some((name) => line.startsWith(`${name}{`)));
	return Object.fromEntries(lines.map((line) => [line.replace(/ .*$/u, ''), Number(line.split(' ').at(-1))]));
}

function breakers(system: string, closed: number, halfOpen: number, open: number): Record<string, number> {
	return {
		[`target_breakers{system="${system}",state="closed"}`]: closed,
		[`target_breakers{system="${system}",state="half-open"}`]: halfOpen,
		[`target_breakers{system="${system}",state="open"}`]: open,
	};
}

function calls(system: string, waiting: number, running: number): Record<string, number> {
	return {
		[`target_calls{system="${system}",state="waiting"}`]: waiting,
		[`target_calls{system="${system}",state="running"}`]: running,
	};
}

describe('targets', () => {
	let states: TargetState[];
	const samples = async (): Promise<Record<string, number>> =>
		samplesIn(await createMetrics({ targets: () => states }).registry.metrics());

	it('are counted by system and by the state of their breakers', async () => {
		states = [
			{ system: 'jira', breaker: 'open', waiting: 0, running: 0 },
			{ system: 'jira', breaker: 'closed', waiting: 3, running: 8 },
			{ system: 'jira', breaker: 'closed', waiting: 1, running: 2 },
			{ system: 'slack', breaker: 'half-open', waiting: 0, running: 1 },
		];
		expect(await samples()).toEqual({
			...breakers('jira', 2, 0, 1),
			...breakers('slack', 0, 1, 0),
			...calls('jira', 4, 10),
			...calls('slack', 0, 1),
		});
	});

	it('of a system there is no connector for share one label', async () => {
		states = ['carrier_pigeon', '__proto__', 'gemini"} 1\n'].map((system) => {
			return { system, breaker: 'open', waiting: 1, running: 0 };
		});
		expect(await samples()).toEqual({ ...breakers('other', 0, 0, 3), ...calls('other', 3, 0) });
	});

	it('are read anew each time, and gone when they are forgotten', async () => {
		const { registry } = createMetrics({ targets: () => states });
		states = [{ system: 'jira', breaker: 'open', waiting: 0, running: 5 }];
		const first = samplesIn(await registry.metrics());
		expect(samplesIn(await registry.metrics())).toEqual(first);
		states = [{ system: 'jira', breaker: 'closed', waiting: 0, running: 0 }];
		expect(samplesIn(await registry.metrics())).toEqual({ ...breakers('jira', 1, 0, 0), ...calls('jira', 0, 0) });
		states = [];
		expect(samplesIn(await registry.metrics())).toEqual({});
	});

	it('are not spoken of where nobody watches them', async () => {
		const text = await createMetrics().registry.metrics();
		for (const name of NAMES) expect(text).not.toContain(name);
	});
});

describe('of a running service', () => {
	let fleet: Fleet;
	afterEach(() => fleet.close());
	const read = async (): Promise<Record<string, number>> => samplesIn((await fleet.call('GET', '/metrics')).text);

	/** By and by it is so, or the last that was read shows what is not. */
	async function expectSoon(wanted: Record<string, number>): Promise<void> {
		let last = await read();
		for (let i = 0; i < 600 && !isDeepStrictEqual(last, wanted); i += 1) {
			await new Promise((resolve) => setTimeout(resolve, 50));
			last = await read();
		}
		expect(last).toEqual(wanted);
	}

	it('there are none before something was sent', async () => {
		fleet = await startFleet(['jira']);
		expect(await read()).toEqual({});
	});

	it('calls are seen while they are under way and while they wait, and a breaker when it opens', async () => {
		fleet = await startFleet(['jira', 'http'], { timing: { deliveryTimeoutMs: 60_000 } });
		const { jira } = fleet.places;
		jira.faults.setRates({ hang: 1 });
		await Promise.all(Array.from({ length: 11 }, (_, i) => fleet.send('jira', i)));
		await fleet.settled(await fleet.send('http'));
		const others = { ...breakers('http', 1, 0, 0), ...calls('http', 0, 0) };
		await expectSoon({ ...others, ...breakers('jira', 1, 0, 0), ...calls('jira', 3, 8) });
		await jira.close();
		await expectSoon({ ...others, ...breakers('jira', 0, 0, 1), ...calls('jira', 0, 0) });
	});
});
