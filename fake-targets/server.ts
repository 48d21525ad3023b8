import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { readBody } from '../fake-gemini/read-body';
import { deliver } from './deliver';
import { faultAnswer } from './fault-answers';
import type { FaultSource, Strike } from './faults';
import { MOST_BYTES, isCreation, readHead } from './read-request';
import { keepRecent, preciseNow, type ReceivedRequest } from './record';
import type { FakeTarget, TargetAnswer } from './target';

export interface FakeTargetOptions {
	/** None by default. */
	faults?: FaultSource;
	/** 0, the default, takes a free one. */
	port?: number;
	/** 127.0.0.1 by default. */
	host?: string;
	/** What a Retry-After asks for; 1 by default. */
	retryAfterSeconds?: number;
	/** How long the next request takes; half-way the system is told of it. 0 by default. */
	latencyMs?: () => number;
	/** Called when a request has its answer, or is left without one. */
	onAnswered?: (request: ReceivedRequest) => void;
}

export interface RunningTarget<T extends FakeTarget = FakeTarget> {
	url: string;
	target: T;
	/** The last 10,000, in the order in which they arrived. */
	readonly requests: readonly ReceivedRequest[];
	/** Most requests that were open at the same time. */
	mostOpen(): number;
	/** Ends also what hangs. */
	close(): Promise<void>;
}

/** A stand-in for a ticketing system behind a real HTTP listener. @throws an error with code EADDRINUSE for a taken port */
export async function startFakeTarget<T extends FakeTarget>(
	target: T,
	options: FakeTargetOptions = {},
): Promise<RunningTarget<T>> {
	const { faults, port = 0, host = '127.0.0.1', retryAfterSeconds = 1, latencyMs = () => 0, onAnswered } = options;
	const requests: ReceivedRequest[] = [];
	let [open, most] = [0, 0];
	const server = createServer((request, response) => {
		most = Math.max(most, (open += 1));
		response.on('close', () => (open -= 1));
		const record = arrive(request);
		if (record === null) return void deliver(response, { status: 400, body: 'Bad Request' }, null);
		keepRecent(requests, record);
		const trouble = { strike: faults?.draw(record) ?? null, retryAfterSeconds, halfMs: latencyMs() / 2 };
		void serve({ request, response, record }, target, trouble)
			// A client that hung up, or the end of the server while an answer was sent.
			.catch(() => response.destroy())
			.finally(() => onAnswered?.(record));
	});
	await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
	return {
		url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
		target,
		requests,
		mostOpen: () => most,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function arrive(request: IncomingMessage): ReceivedRequest | null {
	const head = readHead(request);
	const open = { fault: null, told: false, createdId: null, ticketId: null, status: null, failure: null };
	return head && { ...head, at: preciseNow(), creates: isCreation(head), ...open };
}

interface Exchange {
	request: IncomingMessage;
	response: ServerResponse;
	record: ReceivedRequest;
}

interface Trouble {
	strike: Strike | null;
	retryAfterSeconds: number;
	/** Before the system is told, and after it. */
	halfMs: number;
}

async function serve(exchange: Exchange, target: FakeTarget, trouble: Trouble): Promise<void> {
	const { request, response, record } = exchange;
	const { strike, retryAfterSeconds, halfMs } = trouble;
	const fault = strike?.fault ?? null;
	record.fault = fault;
	if (fault === 'reset_before') return void request.socket.resetAndDestroy();
	const body = await readBody(request, MOST_BYTES);
	record.body = body ?? '';
	if (body === null) return reply(exchange, { status: 413, body: 'Payload too large' }, fault);
	if (halfMs > 0) await setTimeout(halfMs);
	const own = strike === null || strike.tells ? tell(target, record) : null;
	if (halfMs > 0) await setTimeout(halfMs);
	if (fault === 'hang' || fault === 'hang_after') return;
	if (fault === 'reset_after') return void request.socket.resetAndDestroy();
	const answer = (fault && faultAnswer(fault, retryAfterSeconds)) ?? own;
	return answer === null ? void response.destroy() : reply(exchange, answer, fault);
}

function reply({ response, record }: Exchange, answer: TargetAnswer, fault: Strike['fault'] | null): Promise<void> {
	record.status = answer.status;
	return deliver(response, answer, fault);
}

function tell(target: FakeTarget, record: ReceivedRequest): TargetAnswer {
	const before = target.tickets.length;
	record.told = true;
	const answer = askSafely(target, record);
	const created = target.tickets.length > before ? target.tickets.at(-1) : undefined;
	record.createdId = created?.id ?? null;
	record.ticketId = created?.ticketId ?? null;
	return answer;
}

/** A mistake in a stand-in must not pass for one of the faults. */
function askSafely(target: FakeTarget, record: ReceivedRequest): TargetAnswer {
	try {
		return target.answer(record);
	} catch (error) {
		record.failure = String(error);
		return { status: 500, body: `The stand-in for ${target.system} has a mistake of its own: see what it notes` };
	}
}
