import { TriageError } from './errors';

export interface BatcherOptions<G extends Keyed, Q, A> {
	/** Requests under way at once. */
	concurrency: number;
	/** Questions in one request. */
	batchSize: number;
	/** One request; answers in the order of its questions. @throws where it failed as a whole */
	askMany: (group: G, questions: readonly Q[]) => Promise<(A | TriageError)[]>;
	/** The host's own: resolves when nothing more is asked in this turn of the event loop. */
	endOfTurn: () => Promise<unknown>;
	/** What is said to whoever waits or comes when all is closed. */
	closing: () => TriageError;
}

export interface Batcher<G extends Keyed, Q, A> {
	/** Questions of the same key may share a request. @throws TriageError where there is no answer */
	ask(group: G, question: Q): Promise<A>;
	/** Questions no request has taken yet. */
	waiting(): number;
	/** Requests under way. */
	inFlight(): number;
	/** Refuses who waits and whoever comes. */
	close(): void;
}

/** What questions must have in common to share a request. */
export interface Keyed {
	key: string;
}

interface Waiting<G, Q, A> {
	group: G;
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
export function createBatcher<G extends Keyed, Q, A>(options: BatcherOptions<G, Q, A>): Batcher<G, Q, A> {
	const { concurrency, batchSize, askMany, endOfTurn, closing } = options;
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
		// Those to be asked alone stand in front.
		waiting.unshift(...again);
		if (closed) refuse(waiting.splice(0), closing);
		void schedule();
	}

	return {
		ask: (group, question) =>
			new Promise<A>((resolve, reject) => {
				waiting.push({ group, question, alone: false, resolve, reject });
				if (closed) refuse(waiting.splice(0), closing);
				void schedule();
			}),
		waiting: () => waiting.length,
		inFlight: () => inFlight,
		close() {
			closed = true;
			refuse(waiting.splice(0), closing);
		},
	};
}

/** The first that waits, and others of its group. */
function nextBatch<G extends Keyed, Q, A>(waiting: readonly Waiting<G, Q, A>[], most: number): Set<Waiting<G, Q, A>> {
	const [first] = waiting;
	if (first.alone) return new Set([first]);
	const batch = new Set<Waiting<G, Q, A>>();
	for (const one of waiting) {
		if (batch.size === most) break;
		if (!one.alone && one.group.key === first.group.key) batch.add(one);
	}
	return batch;
}

async function outcomesOf<G extends Keyed, Q, A>(
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

function refuse(waiting: readonly { reject: (error: unknown) => void }[], closing: () => TriageError): void {
	waiting.forEach(({ reject }) => reject(closing()));
}
