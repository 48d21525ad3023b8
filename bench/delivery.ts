import { row } from './figures';
import { startStorm, type StormTicket } from './storm';

const TICKETS = 1000;
const FAULT_SHARE = 0.2;

/** Tickets to a stand-in for every system, where something happens to every fifth request. */
export async function benchDelivery(): Promise<void> {
	console.log('Delivery (stand-ins for nine systems), SQLite');
	const storm = await startStorm({ tickets: TICKETS, faultShare: FAULT_SHARE, seed: 20 });
	try {
		const struck = Object.values(storm.struck).reduce((sum, count) => sum + count, 0);
		const seconds = (storm.tookMs / 1000).toFixed(1);
		row(`${TICKETS} tickets, ${FAULT_SHARE * 100} % faults`, `${struck} requests struck, all settled in ${seconds} s`);
		report('  as they stand', await storm.tickets());
		const retried = await storm.calm();
		report(`  after retrying ${retried}, without faults`, await storm.tickets());
	} finally {
		await storm.close();
	}
	console.log('');
}

function report(name: string, tickets: readonly StormTicket[]): void {
	const count = (is: (ticket: StormTicket) => boolean): number => tickets.filter(is).length;
	const once = count(({ status, held }) => status === 'routed' && held === 1);
	const said = count(({ held, mayBeDouble }) => held > 1 && mayBeDouble);
	const unsaid = count(({ held, mayBeDouble }) => held > 1 && !mayBeDouble);
	const dead = count(({ status, reason }) => status === 'failed' && reason !== null);
	const lost = count(({ status, held }) => status === 'routed' && held === 0);
	row(name, `${once} once, ${said} double and said so, ${dead} dead with a reason`);
	row('', `${unsaid} double unsaid, ${lost} lost  (to reach: 0, 0); ${count(({ found }) => found)} found by asking`);
}
