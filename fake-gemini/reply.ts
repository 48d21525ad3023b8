import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Fault } from './faults';
import { errorPage, type Status } from './status';

export interface Reply {
	status: number;
	type: string;
	body: string;
}

/** JSON the way Google writes it. */
export function jsonReply(status: number, value: object): Reply {
	return { status, type: 'application/json; charset=UTF-8', body: `${JSON.stringify(value, null, 2)}\n` };
}

export function statusReply(error: Status): Reply {
	return jsonReply(error.code, { error });
}

export function pageReply(code: 404 | 502): Reply {
	return { status: code, type: 'text/html; charset=UTF-8', body: errorPage(code) };
}

/** A good answer that a proxy on the way spoilt. */
export function distortReply(reply: Reply, fault: Fault | null): Reply {
	if (fault === 'html') return pageReply(502);
	return fault === 'garbage' ? { ...reply, body: 'upstream connect error or disconnect/reset before headers' } : reply;
}

/** Sends a reply, or as much of it as the fault lets through. Resolves when it is handed to the network. */
export async function deliver(response: ServerResponse, reply: Reply, fault: Fault | null): Promise<void> {
	const body = Buffer.from(reply.body);
	response.writeHead(reply.status, {
		'content-type': reply.type,
		'content-length': body.length,
		vary: 'Origin, X-Origin, Referer',
		'x-content-type-options': 'nosniff',
	});
	if (fault !== 'cut') return void response.end(body);
	await new Promise((resolve) => response.write(body.subarray(0, body.length / 2), resolve));
	await setImmediate();
	response.destroy();
}
