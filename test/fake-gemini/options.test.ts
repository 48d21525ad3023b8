import { FAULTS } from '../../fake-gemini/faults';
import { USAGE, parseFakeOptions } from '../../fake-gemini/options';

it('has defaults', () => {
	expect(parseFakeOptions([])).toEqual({ port: 8085, apiKey: 'fake', rates: {} });
});

it('takes everything', () => {
	const line =
		'--port 0 --latency 5.5 --per-ticket 0 --key k --fault rate_limited=0.3 --fault hang=0.05 --fault finish:SPII=0 ' +
		'--seed 7 --retry-delay 2 --model a --model b --obedient';
	expect(parseFakeOptions(line.split(' '))).toEqual({
		port: 0,
		apiKey: 'k',
		latencyMs: 5.5,
		perTicketMs: 0,
		rates: { rate_limited: 0.3, hang: 0.05, 'finish:SPII': 0 },
		seed: 7,
		retryDelaySeconds: 2,
		models: ['a', 'b'],
		obedient: true,
	});
});

it.each([
	['--port 70000', '--port must be a number from 0 to 65535'],
	['--port 1.5', '--port must be a whole number'],
	['--latency -1', '--latency'],
	['--latency=-1', '--latency must be a number from 0 to 600000'],
	['--per-ticket 1e3', '--per-ticket must be a number from 0 to 60000'],
	['--key=', '--key must not be empty'],
	['--fault fire=0.1', 'There is no fault fire'],
	['--fault toString=0.1', 'There is no fault toString'],
	['--fault __proto__=0.1', 'There is no fault __proto__'],
	['--fault hang', 'The rate in --fault hang=RATE must be a number from 0 to 1'],
	['--fault hang=2', 'The rate in --fault hang=RATE must be a number from 0 to 1'],
	['--fault hang=0.6 --fault cut=0.6', 'add up to 1.2'],
	['--nonsense', '--help says more'],
	['more', '--help says more'],
])('refuses %s', (line, message) => {
	expect(() => parseFakeOptions(line.split(' '))).toThrow(expect.objectContaining({ name: 'UsageError' }));
	expect(() => parseFakeOptions(line.split(' '))).toThrow(message);
});

it.each(['--help', '-h'])('%s asks for help', (flag) => expect(parseFakeOptions([flag])).toBeNull());

it('explains every option and fault within the width of a terminal', () => {
	const named = USAGE.replaceAll(/\s+/gu, ' ');
	for (const fault of FAULTS) expect(named).toContain(fault.replace('finish:', ''));
	expect(Math.max(...USAGE.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
