/** Runs workflows in the engine of an installed n8n, one for each message. */
import { openN8n } from './n8n-host';
import type { NodeRun } from './n8n-nodes';

/** How long a workflow took, and the field `number` of the items at each output. */
export type Ran = { ms: number; outputs: unknown[][] } | { error: string };

const n8n = openN8n(process.argv[2]);

async function run(nodeRun: NodeRun): Promise<Ran> {
	const started = performance.now();
	try {
		const outputs = await n8n.run(nodeRun);
		return { ms: performance.now() - started, outputs: outputs.map((items) => items.map(({ number }) => number)) };
	} catch (error) {
		return { error: (error as Error).message };
	}
}

process.on('message', (nodeRun: NodeRun) => {
	void run(nodeRun).then((ran) => process.send?.(ran));
});
process.on('disconnect', () => {
	n8n.close();
	process.exit();
});
process.send?.('ready');
