import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { Fault } from './faults';
import type { TargetAnswer } from './target';

const BLANKS = ' '.repeat(2 ** 20);
const BLANK_MEBIBYTES = 20;

/** Sends an answer, or as much of it as the fault lets through. Resolves when it is handed to the network. */
export async function deliver(response: ServerResponse, answer: TargetAnswer, fault: Fault | null): Promise<void> {
	const body = bodyOf(answer);
	response.writeHead(answer.status, {
		'content-type': typeof answer.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json;charset=UTF-8',
		...lengthOf(body, fault),
		...answer.headers,
	});
	if (fault === 'huge') return pipeline(Readable.from(withBlanks(body)), response);
	if (fault !== 'cut') return void response.end(body);
	response.flushHeaders();
	if (body.length > 1) await new Promise((resolve) => response.write(body.subarray(0, body.length / 2), resolve));
	await setImmediate();
	response.destroy();
}

/** Of an empty answer a byte is announced that never comes. */
function lengthOf(body: Buffer, fault: Fault | null): Record<string, number> {
	if (fault === 'huge') return {};
	return { 'content-length': fault === 'cut' ? Math.max(1, body.length) : body.length };
}

function bodyOf({ body }: TargetAnswer): Buffer {
	if (body === undefined || body === null) return Buffer.alloc(0);
	return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function* withBlanks(body: Buffer): Generator<Buffer | string> {
	yield body;
	for (let i = 0; i < BLANK_MEBIBYTES; i += 1) yield BLANKS;
}
