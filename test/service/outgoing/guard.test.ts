import fc from 'fast-check';
import type { LookupAddress } from 'node:dns';
import { createGuard, guardedLookup, type Lookup } from '../../../service/outgoing/guard';
import { createSend } from '../../../service/send';
import { rejectionOf, thrownBy } from '../../helpers/tickets';

const REFUSED = { code: 'misconfigured', retryable: false, inDoubt: false };

it.each([
	['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
	['unspecified', ['0.0.0.0', '0.1.2.3', '::']],
	['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1']],
	['carrier-grade NAT', ['100.64.0.1', '100.127.255.255']],
	['link-local', ['169.254.1.1', 'fe80::1', 'fe80::1%eth0', 'febf::1']],
	['unique local and site-local', ['fc00::1', 'fd12:3456::1', 'fec0::1']],
	['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
	['reserved', ['192.0.0.1', '192.88.99.1', '240.0.0.1', '100::1', '::7f00:1', '4000::1', '5f00::1', 'e000::1']],
	['documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1']],
	['benchmarking', ['198.18.0.1', '198.19.255.255', '2001:2::1']],
	['metadata', ['169.254.169.254', '168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254']],
	['IPv4 in IPv6', ['::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::ffff:0:a00:1', '64:ff9b::a00:1', '64:ff9b:1::a00:1']],
	['tunnels', ['2002:a00:1::1', '2002:7f00:1::', '2001:0:a00:1::1']],
	['no address at all', ['', 'desk', '127.1', '0x7f000001', '2130706433']],
])('refuses %s: %j', (_, addresses) => {
	const guard = createGuard([]);
	for (const address of addresses) expect(thrownBy(() => guard('desk.example', address))).toMatchObject(REFUSED);
});

it.each(['8.8.8.8', '100.63.255.255', '172.32.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
	'lets %s through',
	(address) => expect(() => createGuard([])('desk.example', address)).not.toThrow(),
);

describe('ALLOWED_PRIVATE_HOSTS', () => {
	it.each([
		['a name, in any case', 'Jira.Corp.Example', 'jira.corp.example', '10.0.0.5'],
		['a name with a last full stop', 'jira.corp.example', 'jira.corp.example.', '10.0.0.5'],
		['a name in its own letters', 'büro.example', 'xn--bro-hoa.example', '10.0.0.5'],
		['a name with a port', 'jira:8080', 'jira', '10.0.0.5'],
		['an address', '10.0.0.5', '10.0.0.5', '10.0.0.5'],
		['an address through a name', '10.0.0.5', 'jira.corp.example', '10.0.0.5'],
		['an address within IPv6', '10.0.0.5', '[::ffff:a00:5]', '::ffff:a00:5'],
		['an address by its other spelling', '::ffff:10.0.0.5', 'jira.corp.example', '10.0.0.5'],
		['IPv6 at length', 'FD00:0:0:0:0:0:0:1', '[fd00::1]', 'fd00::1'],
		['IPv6 in brackets', '[fd00::1]', '[fd00::1]', 'fd00:0::1'],
		['metadata by its address', '169.254.169.254', 'metadata.example', '169.254.169.254'],
	])('lets %s through: %s', (_, allowed, host, address) => {
		expect(() => createGuard([allowed])(host, address)).not.toThrow();
		expect(thrownBy(() => createGuard(['other.example', '10.9.9.9'])(host, address))).toMatchObject(REFUSED);
	});

	it.each([
		['another name at the same address', 'jira.corp.example', 'evil.example', '10.0.0.5'],
		['a name below', 'corp.example', 'jira.corp.example', '10.0.0.5'],
		['a neighbour', '10.0.0.5', 'jira.corp.example', '10.0.0.6'],
		['metadata by a name', 'jira.corp.example', 'jira.corp.example', '169.254.169.254'],
		['metadata within IPv6 by a name', 'jira.corp.example', 'jira.corp.example', '::ffff:169.254.169.254'],
		['metadata at a public address by a name', 'jira.corp.example', 'jira.corp.example', '168.63.129.16'],
	])('does not let %s through', (_, allowed, host, address) => {
		const error = thrownBy(() => createGuard([allowed])(host, address));
		expect(error).toMatchObject({ ...REFUSED, message: expect.stringContaining('ALLOWED_PRIVATE_HOSTS') });
	});
});

describe('endpoints', () => {
	const lookup = jest.fn<ReturnType<Lookup>, Parameters<Lookup>>();
	const outgoing = createSend({ allowedPrivateHosts: [], timeoutMs: 5000, lookup });
	afterAll(() => outgoing.close());
	const refusal = (host: string) =>
		rejectionOf(outgoing.send({ method: 'POST', url: `http://${host}/`, headers: {}, body: '{}' }));

	const privateAddress = fc
		.constantFrom([10, 8], [127, 8], [0xa9fe, 16], [0xc0a8, 16], [0xac1, 12], [0x191, 10])
		.chain(([prefix, length]) =>
			fc.integer({ min: 0, max: 2 ** (32 - length) - 1 }).map((rest) => prefix * 2 ** (32 - length) + rest),
		);

	const octetsOf = (address: number): number[] => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
	const halvesOf = (address: number): string => `${(address >>> 16).toString(16)}:${(address & 0xffff).toString(16)}`;
	const NOTATIONS: ((address: number) => string)[] = [
		(address) => octetsOf(address).join('.'),
		(address) => `${octetsOf(address).join('.')}.`,
		(address) => String(address),
		(address) => `0x${address.toString(16)}`,
		(address) => `0${address.toString(8)}`,
		(address) => `${address >>> 24}.${address & 0xffffff}`,
		(address) => `0x${(address >>> 24).toString(16)}.0${((address >>> 16) & 255).toString(8)}.${address & 0xffff}`,
		(address) => octetsOf(address).join('%2e'),
		(address) => octetsOf(address).join('。'),
		(address) => String(address).replace(/\d/gu, (digit) => String.fromCharCode(0xff10 + Number(digit))),
		(address) => `[::ffff:${octetsOf(address).join('.')}]`,
		(address) => `[::${halvesOf(address)}]`,
		(address) => `[64:ff9b::${halvesOf(address)}]`,
		(address) => `[2002:${halvesOf(address)}::1]`,
	];

	it('are refused at every address inside, in every notation, without a lookup', async () => {
		await fc.assert(
			fc.asyncProperty(privateAddress, fc.constantFrom(...NOTATIONS), async (address, notation) => {
				expect(await refusal(notation(address))).toMatchObject(REFUSED);
			}),
			{ numRuns: 500 },
		);
		expect(lookup).not.toHaveBeenCalled();
	});

	it.each(['2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::]', '0', '[::ffff:7f00:1]', '127.0.0.1:22'])(
		'are refused at %s',
		async (host) => expect((await refusal(host)).message).toContain('ALLOWED_PRIVATE_HOSTS'),
	);

	it.each(['[fe80::1%25eth0]', '[fe80::1%eth0]', '1.2.3.4.5', '0x100000000', '256.1.1.1'])(
		'are none at %s',
		async (host) => expect((await refusal(host)).message).toContain('no address'),
	);
});

describe('a lookup', () => {
	const answer = (...addresses: string[]): Lookup => {
		const found: LookupAddress[] = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
		return (_hostname, _options, done) => done(null, found);
	};
	const looked = (lookup: Lookup, all: boolean) =>
		new Promise((resolve) => {
			guardedLookup(createGuard(['10.0.0.5']), lookup)('desk.example', { all }, (...outcome) => resolve(outcome));
		});

	it('gives what it checked, in either form', async () => {
		const addresses = [
			{ address: '8.8.8.8', family: 4 },
			{ address: '10.0.0.5', family: 4 },
		];
		expect(await looked(answer('8.8.8.8', '10.0.0.5'), true)).toEqual([null, addresses]);
		expect(await looked(answer('8.8.8.8', '10.0.0.5'), false)).toEqual([null, '8.8.8.8', 4]);
		expect(await looked(answer(), false)).toEqual([null, '', 0]);
	});

	it.each([true, false])('is refused where one address of several is inside (all: %p)', async (all) => {
		expect(await looked(answer('8.8.8.8', '10.0.0.6'), all)).toEqual([expect.objectContaining(REFUSED), '', 0]);
	});
});
