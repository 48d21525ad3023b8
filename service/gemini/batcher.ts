import { setImmediate } from 'node:timers/promises';
import * as core from '../../core/batcher';
import { TriageError } from '../../core/errors';
import { closingError } from './closing';

export interface BatcherOptions<Q, A> extends Pick<core.BatcherOptions<core.Keyed, Q, A>, 'concurrency' | 'batchSize'> {
	/** One request; answers in the order of its questions. @throws where it failed as a whole */
	askMany: (questions: readonly Q[]) => Promise<(A | TriageError)[]>;
}

export interface Batcher<Q, A> extends Omit<core.Batcher<core.Keyed, Q, A>, 'ask'> {
	/** @throws TriageError where there is no answer, and at once where too many wait */
	ask(question: Q): Promise<A>;
}

const MOST_WAITING = 10_000;
/** All of the service's questions are about the same departments, for the same model. */
const EVERYBODY = { key: '' };

/** See core/batcher: with Node's event loop, and an end to how many may wait. */
export function createBatcher<Q, A>({ askMany, ...sizes }: BatcherOptions<Q, A>): Batcher<Q, A> {
	const batcher = core.createBatcher<core.Keyed, Q, A>({
		...sizes,
		askMany: (_, questions) => askMany(questions),
		endOfTurn: () => setImmediate(),
		closing: closingError,
	});
	return {
		...batcher,
		ask: (question) =>
			batcher.waiting() < MOST_WAITING ? batcher.ask(EVERYBODY, question) : Promise.reject(tooMany()),
	};
}

function tooMany(): TriageError {
	return new TriageError('unavailable', `${MOST_WAITING.toLocaleString('en-US')} tickets wait for Gemini already`);
}
