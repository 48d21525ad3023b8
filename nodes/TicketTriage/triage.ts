import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { classify } from '../../core/classify';
import { decide } from '../../core/decide';
import { TriageError } from '../../core/errors';
import { labelOf } from '../shared/labels';
import { readTicketFields, ticketOf } from '../shared/ticket-fields';
import { together } from '../shared/together';
import { classifiersOf } from './classifiers';
import { readDepartments } from './departments';
import { createGemini } from './gemini';
import { properties } from './properties';
import { present, type Found, type Triaged } from './result';
import { triageByService } from './service';
import type { Settings } from './settings';

export interface Triage {
	/** @throws TriageError where the parameters give no ticket or there is no usable answer */
	triageItem(index: number): Promise<Triaged>;
	/** How many items wait for their answer at once. */
	itemsAtATime: number;
	/** Why Gemini did not decide where it was to, one sentence an item so far. */
	withoutGemini: readonly string[];
}

type Find = (index: number) => Promise<Found>;

interface Reader {
	find: Find;
	/** Ends the waiting. */
	close(): void;
	withoutGemini: readonly string[];
}

/** Triage by the engine of the node. Where the first failure stops the node, nothing is waited for any more. */
export function createTriage(context: IExecuteFunctions, settings: Settings): Triage {
	const { engine, batchSize, concurrency } = settings;
	const createReader = engine === 'service' ? serviceReader : modelReader;
	const { find, close, withoutGemini } = createReader(context, settings);
	return {
		withoutGemini,
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

function serviceReader(context: IExecuteFunctions, { maxWaitSeconds }: Settings): Reader {
	const find: Find = async (index) => {
		const ticketId = readTicketFields(context, index).ticketId ?? null;
		return await triageByService(context, { ticket: ticketOf(context, index), ticketId, index, maxWaitSeconds });
	};
	// What the service has taken is worth hearing of to the end.
	return { find, close: () => undefined, withoutGemini: [] };
}

/** The local model does not let go of the event loop by itself: after so many items others have a turn. */
const ITEMS_PER_TURN = 50;

function modelReader(context: IExecuteFunctions, settings: Settings): Reader {
	const gemini = createGemini(context, settings);
	const withoutGemini: string[] = [];
	const find: Find = async (index) => {
		const [ticket, threshold, departments] = together(
			() => ticketOf(context, index),
			() => readThreshold(context.getNodeParameter('threshold', index, '')),
			() => readDepartments(context, index),
		);
		const classifiers = await classifiersOf(context, index, { departments, settings, gemini });
		const { classification, skipped } = await classify(ticket, classifiers);
		const decision = decide(ticket, classification, { departments, threshold });
		if (classification.confidence < classifiers.cutoff) withoutGemini.push(...skipped.map(({ reason }) => reason));
		const notAsked = skipped.map(({ reason }) => `Gemini did not decide: ${reason}`);
		if (settings.engine === 'local' && index % ITEMS_PER_TURN === 0) await sleep(0);
		return {
			decision: { ...decision, reasons: [...decision.reasons, ...notAsked] },
			classification,
			priority: ticket.priority,
		};
	};
	return { find, close: gemini.close, withoutGemini };
}

function readThreshold(value: unknown): number {
	const threshold = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof threshold === 'number' && threshold >= 0 && threshold <= 1) return threshold;
	const label = labelOf(properties, 'threshold');
	throw new TriageError('misconfigured', `${label} must be a number from 0 to 1`);
}
