import { TriageError } from '../../core/errors';

export interface BatcherOptions<G, Q, A> {
	/** Requests under way at once. */
	concurrency: number;
	/** Questions in one request. */
	batchSize: number;
	/** One request; answers in the order of its questions. @throws where it failed as a whole */
	askMany: (group: G, questions: readonly Q[]) => Promise<(A | TriageError)[]>;
	/** Resolves when nothing more is asked in this turn of the event loop. */
	endOfTurn: () => Promise<unknown>;
}

export interface Batcher<G, Q, A> {
	/** Questions of the same key may share a request. @throws TriageError where there is no answer */
	ask(group: G & Keyed, question: Q): Promise<A>;
	/** Refuses who waits and whoever comes. */
	close(): void;
}

export interface Keyed {
	key: string;
}

interface Waiting<G, Q, A> {
	group: G & Keyed;
	question: Q;
	/** Was in a batch without getting an answer. */
	alone: boolean;
	resolve: (answer: A) => void;
	reject: (error: unknown) => void;
}

/**
 * Puts questions that wait at the same time into one request. Nobody waits for others: a request goes at the end of
 * the turn of the event loop in which a slot is free. What a batch gave no answer for is asked again alone.
 */
export function createBatcher<G, Q, A>(options: BatcherOptions<G, Q, A>): Batcher<G, Q, A> {
	const { concurrency, batchSize, askMany, endOfTurn } = options;
	let waiting: Waiting<G, Q, A>[] = [];
	let inFlight = 0;
	let scheduled = false;
	let closed = false;

	async function schedule(): Promise<void> {
		if (scheduled || waiting.length === 0 || inFlight >= concurrency) return;
		scheduled = true;
		await endOfTurn();
		scheduled = false;
		while (waiting.length > 0 && inFlight < concurrency) {
			const batch = nextBatch(waiting, batchSize);
			waiting = waiting.filter((one) => !batch.has(one));
			void run([...batch]);
		}
	}

	async function run(batch: Waiting<G, Q, A>[]): Promise<void> {
		inFlight += 1;
		const again = settle(batch, await outcomesOf(batch, askMany));
		inFlight -= 1;
		waiting.unshift(...again);
		if (closed) refuse(waiting.splice(0));
		void schedule();
	}

	return {
		ask: async (group, question) =>
			await new Promise<A>((resolve, reject) => {
				waiting.push({ group, question, alone: false, resolve, reject });
				if (closed) refuse(waiting.splice(0));
				void schedule();
			}),
		close() {
			closed = true;
			refuse(waiting.splice(0));
		},
	};
}

/** The first that waits, and others of its group. */
function nextBatch<G, Q, A>(waiting: readonly Waiting<G, Q, A>[], most: number): Set<Waiting<G, Q, A>> {
	const [first] = waiting;
	if (first.alone) return new Set([first]);
	const { key } = first.group;
	return new Set(waiting.filter(({ alone, group }) => !alone && group.key === key).slice(0, most));
}

async function outcomesOf<G, Q, A>(
	batch: readonly Waiting<G, Q, A>[],
	askMany: BatcherOptions<G, Q, A>['askMany'],
): Promise<Outcome<A>[]> {
	const questions = batch.map(({ question }) => question);
	return await askMany(batch[0].group, questions).then(
		(answers) => answers.map(toOutcome),
		(error: unknown) => batch.map(() => ({ error })),
	);
}

type Outcome<A> = { answer: A } | { error: unknown };

/** Answers everybody but those of a batch that are to be asked again, alone: it returns them. */
function settle<G, Q, A>(batch: readonly Waiting<G, Q, A>[], outcomes: readonly Outcome<A>[]): Waiting<G, Q, A>[] {
	const again: Waiting<G, Q, A>[] = [];
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

function refuse(waiting: readonly { reject: (error: unknown) => void }[]): void {
	const error = new TriageError('unavailable', 'Another item stopped the node before this one was asked about');
	waiting.forEach(({ reject }) => reject(error));
}
