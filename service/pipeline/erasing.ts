import type { Knex } from 'knex';
import type { Logger } from '../logger';
import type { Chore } from '../maintenance';
import type { Metrics } from '../metrics';
import type { Queue } from '../queue/queue';
import * as texts from '../store/erasing';
import { insertEvents } from '../store/events';
import { isSettled } from '../store/records';
import type { ErasedFor } from '../store/without-text';
import { keepTrying } from './keep-trying';
import { eventOf } from './steps';

export interface ErasingDeps {
	knex: Knex;
	queue: Queue;
	metrics: Pick<Metrics, 'erased'>;
	log: Logger;
	now: () => number;
}

export interface Erased {
	/** Tickets whose text is gone by this request. */
	erased: number;
	/** Tickets that keep their text, as they are worked on. */
	working: number;
	/** Whether the most that one request erases left some. */
	more: boolean;
}

export interface Erasing {
	/** Tickets that ended more than `days` ago, each hour. Those that wait for a person are counted and left alone. */
	retention(days: number): Chore;
	/** Leaves nothing of erased texts in the file of SQLite, unless that has more bytes than `largest`. */
	fileCleaning(largest?: number): Chore;
	/** All tickets with this address, also those that wait for a person. `by` is the name of the caller's key. */
	eraseReporter(email: string, by: string | null): Promise<Erased>;
}

const DAY_MS = 86_400_000;
/** Tickets in a transaction: others wait for it. */
const BATCH = 100;
const MOST_A_REQUEST = 10_000;
/** To rewrite a larger one takes longer than writes wait, which is ten seconds. */
const LARGEST_FILE = 1_000_000_000;

/** Takes the text from tickets and keeps what was decided. A ticket is erased whole, with its history, or not at all. */
export function createErasing(deps: ErasingDeps): Erasing {
	return {
		retention: (days) => ({ name: 'retention', begin: () => retention(days, deps) }),
		fileCleaning: (largest = LARGEST_FILE) => fileCleaning(largest, deps),
		eraseReporter: (email, by) => eraseReporter(email, by, deps),
	};
}

function retention(days: number, deps: ErasingDeps): () => Promise<boolean> {
	const before = new Date(deps.now() - days * DAY_MS).toISOString();
	let last: texts.WithText | undefined;
	let erased = 0;
	return async () => {
		const page = await texts.readPage(texts.endedBefore(deps.knex, before, last), BATCH);
		erased += await erase(page, { why: 'retention', by: null }, deps);
		last = page.at(-1);
		if (page.length === BATCH) return true;
		if (erased > 0) await texts.emptyLog(deps.knex);
		if (erased > 0) deps.log.info({ tickets: erased }, 'texts of old tickets erased');
		const waiting = await texts.countWaiting(deps.knex, before);
		if (waiting > 0)
			deps.log.warn({ tickets: waiting }, 'old tickets keep their text: a person has yet to decide them');
		return false;
	};
}

const TOO_LARGE =
	'the database is too large to be rewritten while tickets come, and bytes of erased texts may be left in it: ' +
	'stop the service and have sqlite3 do VACUUM';

/** Once after the start, if there was ever an erasure, and after each later one. */
function fileCleaning(largest: number, { knex, log }: ErasingDeps): Chore {
	let cleaned: string | null = null;
	const part = async (): Promise<boolean> => {
		const last = await texts.lastErasure(knex);
		if (last === cleaned) return false;
		if ((await texts.fileSize(knex)) <= largest) await texts.rewriteFile(knex);
		else log.warn(TOO_LARGE);
		cleaned = last;
		return false;
	};
	return { name: 'file cleaning', begin: () => part };
}

async function eraseReporter(email: string, by: string | null, deps: ErasingDeps): Promise<Erased> {
	const counts = { erased: 0, seen: 0 };
	let page: texts.WithText[];
	let last: texts.WithText | undefined;
	do {
		page = await texts.readPage(texts.reportedBy(deps.knex, email, last), BATCH);
		counts.seen += page.length;
		counts.erased += await erase(page.filter(isSettled), { why: 'request', by }, deps);
		last = page.at(-1);
	} while (page.length === BATCH && counts.seen < MOST_A_REQUEST);
	if (counts.erased > 0) await texts.emptyLog(deps.knex);
	return { erased: counts.erased, working: counts.seen - counts.erased, more: page.length === BATCH };
}

interface Act {
	why: ErasedFor;
	by: string | null;
}

/** Resolves with how many of them were erased: not those with work to do, and not those that somebody changed meanwhile. */
async function erase(found: texts.WithText[], act: Act, { knex, queue, metrics, now }: ErasingDeps): Promise<number> {
	if (found.length === 0) return 0;
	let erased = 0;
	await keepTrying(async () => {
		erased = await knex.transaction(async (trx) => {
			// Writing comes first, and jobs come before tickets, as wherever both are taken.
			const ids = found.map(({ ticket_id }) => ticket_id);
			const working = new Set(await queue.forget(trx, ids));
			const records = (await texts.lockUnchanged(trx, found)).filter(({ ticket_id }) => !working.has(ticket_id));
			if (records.length === 0) return 0;
			const at = new Date(now()).toISOString();
			await texts.eraseTexts(trx, records, at);
			await insertEvents(
				trx,
				records.map((record) => eventOf(record, 'erased', { ...act }, at)),
			);
			return records.length;
		});
	});
	metrics.erased.inc({ reason: act.why }, erased);
	return erased;
}
