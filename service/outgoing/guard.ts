import { lookup as systemLookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { TriageError } from '../../core/errors';

/** As `dns.lookup` with `all`. */
export type Lookup = (
	hostname: string,
	options: LookupAllOptions,
	done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** @throws TriageError where `host` must not be reached at `address` */
export type Guard = (host: string, address: string) => void;

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** Where machines in a cloud ask for their own credentials, beside link-local addresses: Azure, Alibaba, Oracle, AWS, Google. */
const METADATA = ['168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'];

/**
 * Refuses every address that is not a public one, by these rules for the list:
 * - an address allows itself, however it is spelled, as an endpoint and through any name that resolves to it: who may write
 *   mappings could as well write the address;
 * - a name allows itself alone, whatever private addresses it resolves to, but never a cloud's metadata: whoever answers
 *   for the name in DNS does not get that far.
 * Where a name has several addresses, all of them must be allowed.
 */
export function createGuard(allowedPrivateHosts: readonly string[]): Guard {
	const allowed = new Set(allowedPrivateHosts.map(spellingOf));
	return (host, text) => {
		const address = addressOf(text);
		const metadata = address !== null && isMetadata(address);
		if (address !== null && isPublic(address) && !metadata) return;
		if (allowed.has(spellingOf(text)) || (allowed.has(spellingOf(host)) && !metadata)) return;
		throw new TriageError(
			'misconfigured',
			metadata
				? 'The mapping leads to where machines ask for their own credentials. If that is meant, name the address itself in ALLOWED_PRIVATE_HOSTS'
				: 'The mapping leads to an address inside the network. If that is meant, name its host in ALLOWED_PRIVATE_HOSTS',
		);
	};
}

/**
 * Looks names up for connections, and gives them exactly the addresses it checked: a check of the name alone misses one
 * that changes its mind.
 */
export function guardedLookup(guard: Guard, lookup: Lookup = systemLookup): LookupFunction {
	return (hostname, options, done) => {
		lookup(hostname, { ...options, all: true }, (error, addresses) => {
			if (error) return done(error, '', 0);
			try {
				addresses.forEach(({ address }) => guard(hostname, address));
			} catch (refusal) {
				return done(refusal as Error, '', 0);
			}
			if (options.all) return done(null, addresses);
			const [{ address, family } = { address: '', family: 0 }] = addresses;
			done(null, address, family);
		});
	};
}

/** The address that is reached in the end: the IPv4 one in those that only carry one through IPv6. */
function addressOf(text: string): Address | null {
	const bare = text.replace(/%.*/su, '');
	if (isIP(bare) === 0) return null;
	const address = ipaddr.process(bare);
	if (!(address instanceof ipaddr.IPv6) || !address.match(NAT64)) return address;
	return new ipaddr.IPv4(address.toByteArray().slice(12));
}

/** What is not known to be public is not: IPv6 has more ways inside than anybody lists. */
function isPublic(address: Address): boolean {
	if (address.range() !== 'unicast') return false;
	return !(address instanceof ipaddr.IPv6) || address.match(GLOBAL_UNICAST);
}

function isMetadata(address: Address): boolean {
	return address.range() === 'linkLocal' || METADATA.includes(address.toString());
}

/** One spelling for each host, that of URLs: names in lower case and ASCII without a last full stop, addresses at their shortest. */
function spellingOf(host: string): string {
	const bare = host.replace(/^\[|\]$/gu, '');
	const address = addressOf(bare);
	if (address !== null) return address.toString();
	const url = `http://${bare}`;
	return (URL.canParse(url) ? new URL(url).hostname : bare).toLowerCase().replace(/\.$/u, '');
}
