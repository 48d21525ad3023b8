import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { classify } from '../../core/classify';
import { decide } from '../../core/decide';
import { TriageError } from '../../core/errors';
import { ticketOf } from '../shared/ticket-fields';
import { classifiersOf } from './classifiers';
import { createGemini } from './gemini';
import { present, type Found, type Triaged } from './result';
import { triageByService } from './service';
import type { Settings } from './settings';

export interface Triage {
	/** @throws TriageError where the parameters give no ticket or there is no usable answer */
	triageItem(index: number): Promise<Triaged>;
	/** How many items wait for their answer at once. */
	itemsAtATime: number;
}

type Find = (index: number) => Promise<Found>;

/** Triage by the engine of the node. Where the first failure stops the node, nothing is waited for any more. */
export function createTriage(context: IExecuteFunctions, settings: Settings): Triage {
	const { engine, batchSize, concurrency } = settings;
	const [find, close] = engine === 'service' ? serviceFind(context, settings) : modelFind(context, settings);
	return {
		itemsAtATime: { cascade: concurrency * batchSize, gemini: concurrency * batchSize, local: 1, service: concurrency }[
			engine
		],
		async triageItem(index) {
			const found = await find(index).catch((error: unknown) => {
				if (!context.continueOnFail()) close();
				throw error;
			});
			return present(found, context.getNodeParameter('simplify', index, true) !== false);
		},
	};
}

function serviceFind(context: IExecuteFunctions, { maxWaitSeconds }: Settings): [Find, () => void] {
	const find: Find = async (index) =>
		await triageByService(context, { ticket: ticketOf(context, index), index, maxWaitSeconds });
	// What the service has taken is worth hearing of to the end.
	return [find, () => undefined];
}

/** The local model does not let go of the event loop by itself: after so many items others have a turn. */
const ITEMS_PER_TURN = 50;

function modelFind(context: IExecuteFunctions, settings: Settings): [Find, () => void] {
	const gemini = createGemini(context, settings);
	const find: Find = async (index) => {
		const ticket = ticketOf(context, index);
		const threshold = readThreshold(context.getNodeParameter('threshold', index, ''));
		const classifiers = await classifiersOf(context, index, { settings, gemini });
		const { classification, skipped } = await classify(ticket, classifiers);
		const { departments } = classifiers;
		const decision = decide(ticket, classification, { departments, threshold });
		const notAsked = skipped.map(({ reason }) => `Gemini did not decide: ${reason}`);
		if (settings.engine === 'local' && index % ITEMS_PER_TURN === 0) await sleep(0);
		return {
			decision: { ...decision, reasons: [...decision.reasons, ...notAsked] },
			classification,
			priority: ticket.priority,
		};
	};
	return [find, gemini.close];
}

function readThreshold(value: unknown): number {
	const threshold = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof threshold === 'number' && threshold >= 0 && threshold <= 1) return threshold;
	throw new TriageError('misconfigured', 'Confidence Threshold must be a number from 0 to 1');
}
