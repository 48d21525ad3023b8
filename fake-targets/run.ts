import { createFaultSource, evenRates } from './faults';
import { createTarget } from './index';
import { USAGE, parseTargetOptions, type TargetsCommand } from './options';
import type { ReceivedRequest } from './record';
import { sampleCredentials, type Filled } from './sample-credential';
import { sampleMapping } from './sample-mapping';
import { startFakeTarget, type RunningTarget } from './server';

export interface Terminal {
	/** Writes a line, or lines. */
	say(text: string): void;
	/** Calls back when the person there wants it to end. */
	onEnd(end: () => void): void;
}

/** Resolves when all listen, or it is said how they are used. @throws UsageError, or an error with code EADDRINUSE */
export async function runFakeTargets(argv: string[], { say, onEnd }: Terminal): Promise<void> {
	const command = parseTargetOptions(argv);
	if (command === null) return say(USAGE);
	const running: RunningTarget[] = [];
	const close = async (): Promise<void> => void (await Promise.all(running.map((one) => one.close())));
	try {
		for (const [i, system] of command.systems.entries()) running.push(await start(system, i, { command, say }));
	} catch (error) {
		await close();
		throw error;
	}
	say(welcome(running, command));
	let closing: Promise<void> | undefined;
	onEnd(() => (closing ??= close()));
}

interface Context {
	command: TargetsCommand;
	say: Terminal['say'];
}

function start(system: string, i: number, { command, say }: Context): Promise<RunningTarget> {
	const { port, faultRate, on, seed, indexLagMs } = command;
	return startFakeTarget(createTarget(system, { indexLagMs }), {
		port: port === 0 ? 0 : port + i,
		faults: createFaultSource({ seed: seed + 2 * i, rates: evenRates(faultRate), on }),
		onAnswered: (request) => say(describe(system, request)),
	});
}

function welcome(running: RunningTarget[], { faultRate, on }: TargetsCommand): string {
	const struck = on === 'create' ? 'new tickets' : 'requests';
	return [
		'Stand-ins for ticketing systems, each with a mapping for the triage service,',
		"  curl -H 'content-type: application/json' http://127.0.0.1:8000/mappings -d 'MAPPING'",
		'The service must be started with ALLOWED_PRIVATE_HOSTS=127.0.0.1 to reach them.',
		'docs/rehearsal.yaml has all of these mappings: npm run mappings -- import docs/rehearsal.yaml',
		'Below it stands what to fill in in n8n: the form of the credential, and the mapping in Route Ticket.',
		'',
		...running.flatMap(({ target: { system }, url }) => [
			`${system} ${url} ${JSON.stringify(sampleMapping(system, url))}`,
			...sampleCredentials(system, url).flatMap(({ name, fields, mapping }) => [
				`  ${name} | ${filled(fields)}`,
				...(mapping ? [`    Route Ticket | ${filled(mapping)}`] : []),
			]),
		]),
		'',
		faultRate > 0
			? `Something happens to ${Math.round(faultRate * 100)} % of all ${struck}.`
			: 'No faults; --help says how to have some.',
		'Ctrl-C ends it. Requests:',
	].join('\n');
}

/** With space around each value, so that it can be picked up whole. */
function filled(fields: Filled): string {
	const entries = Object.entries(fields).map(([label, value]) => `${label}: ${value === true ? 'on' : value}`);
	return entries.join(' | ');
}

/** A line without a word of any ticket. */
function describe(system: string, request: ReceivedRequest): string {
	const { at, method, createdId, ticketId, status, told, fault, failure } = request;
	const time = new Date(at).toISOString().slice(11, 23);
	const what = createdId === null ? method : `${createdId} is ${ticketId === '' ? 'a ticket of others' : ticketId}`;
	const trouble = fault === null ? '' : ` (${fault}${told && createdId === null ? ', but it was told' : ''})`;
	const mistake = failure === null ? '' : ' (a mistake of the stand-in)';
	return `${time} ${system} ${what}: ${status ?? 'no answer'}${trouble}${mistake}`;
}
