import { FAULTS } from '../../fake-targets/faults';
import { SYSTEMS } from '../../fake-targets/index';
import { USAGE, parseTargetOptions } from '../../fake-targets/options';

it('has defaults', () => {
	const none = { faultRate: 0, on: 'all', seed: 1, indexLagMs: 0 };
	expect(parseTargetOptions([])).toEqual({ systems: SYSTEMS, port: 9101, ...none });
});

it('takes everything', () => {
	const line = '--only slack,jira,slack --port 0 --faults 20 --on create --seed 7 --index-lag 1500';
	expect(parseTargetOptions(line.split(' '))).toEqual({
		...{ systems: ['slack', 'jira'], port: 0, faultRate: 0.2, on: 'create', seed: 7, indexLagMs: 1500 },
	});
});

it.each([
	['--only jira,toString', '--only must name some of jira, jira_server'],
	['--only ,', '--only must name some of jira'],
	['--port 65530', '--port must be a whole number from 0 to 65527'],
	['--port 1.5', '--port must be a whole number'],
	['--faults 101', '--faults must be a whole number from 0 to 100'],
	['--faults=-1', '--faults must be a whole number'],
	['--on search', '--on must be all or create'],
	['--seed x', '--seed must be a whole number'],
	['--index-lag 1e3', '--index-lag must be a whole number from 0 to 3600000'],
	['--nonsense', '--help says more'],
	['more', '--help says more'],
])('refuses %s', (line, message) => {
	expect(() => parseTargetOptions(line.split(' '))).toThrow(expect.objectContaining({ name: 'UsageError' }));
	expect(() => parseTargetOptions(line.split(' '))).toThrow(message);
});

it.each(['--help', '-h'])('%s asks for help', (flag) => expect(parseTargetOptions([flag])).toBeNull());

it('explains every system and fault within the width of a terminal', () => {
	const words = USAGE.split(/[\s,]+/u);
	expect(words).toEqual(expect.arrayContaining([...SYSTEMS, ...FAULTS]));
	expect(Math.max(...USAGE.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
