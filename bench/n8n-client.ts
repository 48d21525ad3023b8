import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { NodeRun } from './n8n-nodes';
import type { Ran } from './n8n-process';

const FIND_N8N = resolve(__dirname, '../../../scripts/n8n.mjs');

export interface N8nProcess {
	/** @throws Error where the workflow failed */
	run(nodeRun: NodeRun): Promise<Exclude<Ran, { error: string }>>;
	stop(): void;
}

/** n8n's engine in a process of its own; installs n8n where it is not yet, which takes minutes. */
export async function startN8n(): Promise<N8nProcess> {
	const found = execFileSync(process.execPath, [FIND_N8N], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
	const child = fork(join(__dirname, 'n8n-process.js'), [found.trim()]);
	await nextMessage(child);
	return {
		async run(nodeRun) {
			child.send(nodeRun);
			const ran = (await nextMessage(child)) as Ran;
			if ('error' in ran) throw new Error(`a workflow under measurement failed: ${ran.error}`);
			return ran;
		},
		stop: () => child.disconnect(),
	};
}

function nextMessage(child: ChildProcess): Promise<unknown> {
	return new Promise((resolve, reject) => {
		const ended = (): void => reject(new Error('n8n ended early'));
		child.once('exit', ended);
		child.once('message', (message) => {
			child.off('exit', ended);
			resolve(message);
		});
	});
}
