import { TriageError } from '../../core/errors';
import { closingError } from './closing';

export interface BatcherOptions<Q, A> {
	/** Requests under way at once. */
	concurrency: number;
	/** Questions in one request. */
	batchSize: number;
	/** One request; answers in the order of its questions. @throws where it failed as a whole */
	askMany: (questions: readonly Q[]) => Promise<(A | TriageError)[]>;
}

export interface Batcher<Q, A> {
	/** @throws TriageError where there is no answer, and at once where too many wait */
	ask(question: Q): Promise<A>;
	/** Questions no request has taken yet. */
	waiting(): number;
	/** Requests under way. */
	inFlight(): number;
	/** Refuses who waits and whoever comes. */
	close(): void;
}

interface Waiting<Q, A> {
	question: Q;
	/** Was in a batch without getting an answer. */
	alone: boolean;
	resolve: (answer: A) => void;
	reject: (error: unknown) => void;
}

type Outcome<A> = { answer: A } | { error: unknown };

const MOST_WAITING = 10_000;

/**
 * Puts questions that wait at the same time into one request. Nobody waits for others: a request goes at the end of
 * the turn of the event loop in which a slot is free.
 */
export function createBatcher<Q, A>({ concurrency, batchSize, askMany }: BatcherOptions<Q, A>): Batcher<Q, A> {
	const waiting: Waiting<Q, A>[] = [];
	let inFlight = 0;
	let turn: NodeJS.Immediate | undefined;
	let closed = false;

	function schedule(): void {
		if (waiting.length > 0 && inFlight < concurrency) turn ??= setImmediate(fillSlots);
	}

	function fillSlots(): void {
		turn = undefined;
		// Those to be asked alone stand in front.
		while (waiting.length > 0 && inFlight < concurrency) void run(waiting.splice(0, waiting[0].alone ? 1 : batchSize));
	}

	async function run(batch: Waiting<Q, A>[]): Promise<void> {
		inFlight += 1;
		const questions = batch.map(({ question }) => question);
		const outcomes = await askMany(questions).then(
			(answers) => answers.map(toOutcome),
			(error: unknown) => batch.map(() => ({ error })),
		);
		const again = settle(batch, outcomes);
		if (closed) again.forEach(refuse);
		else waiting.unshift(...again);
		inFlight -= 1;
		schedule();
	}

	function ask(question: Q): Promise<A> {
		if (closed) return Promise.reject(closingError());
		if (waiting.length >= MOST_WAITING) return Promise.reject(tooMany());
		return new Promise((resolve, reject) => {
			waiting.push({ question, alone: false, resolve, reject });
			schedule();
		});
	}

	function close(): void {
		closed = true;
		clearImmediate(turn);
		waiting.splice(0).forEach(refuse);
	}

	return { ask, waiting: () => waiting.length, inFlight: () => inFlight, close };
}

function refuse({ reject }: { reject: (error: unknown) => void }): void {
	reject(closingError());
}

/** Answers everybody but those of a batch that are to be asked again, alone: it returns them. */
function settle<Q, A>(batch: readonly Waiting<Q, A>[], outcomes: readonly Outcome<A>[]): Waiting<Q, A>[] {
	const again: Waiting<Q, A>[] = [];
	batch.forEach((one, i) => {
		const outcome = outcomes[i];
		if ('answer' in outcome) one.resolve(outcome.answer);
		else if (batch.length > 1 && isUnreadable(outcome.error)) again.push({ ...one, alone: true });
		else one.reject(outcome.error);
	});
	return again;
}

function toOutcome<A>(answer: A | TriageError): Outcome<A> {
	return answer instanceof TriageError ? { error: answer } : { answer };
}

/** One ticket may be what spoilt the answer for all of its batch. */
function isUnreadable(error: unknown): boolean {
	return error instanceof TriageError && error.code === 'unreadable';
}

function tooMany(): TriageError {
	return new TriageError('unavailable', `${MOST_WAITING.toLocaleString('en-US')} tickets wait for Gemini already`);
}
