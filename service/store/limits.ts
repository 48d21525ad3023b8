import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { isPostgres } from '../in-turn';
import type { Logger } from '../logger';

/** What is known under a key, changed by one after the other. */
export interface Limits {
	/** Has `change` make something new of what is known. It is called again where another was faster. @throws what the database says */
	change<T>(key: string, change: Change<T>): Promise<T>;
	/** Resolves when no change is under way. */
	settled(): Promise<void>;
}

/** Of what is known (JSON; null or undefined at first) at a moment, in milliseconds since 1970. Changes nothing itself. */
export type Change<T> = (known: unknown, now: number) => Changed<T>;

export interface Changed<T> {
	known: unknown;
	result: T;
}

export interface LimitsOptions {
	knex: Knex;
	/** Milliseconds since 1970. PostgreSQL has a clock of its own, which is the same for all processes. */
	now: () => number;
	log: Logger;
}

interface Asked {
	change: Change<unknown>;
	resolve: (result: unknown) => void;
	reject: (error: unknown) => void;
}

const MOST_TRIES = 500;
const KEPT_MS = 2 * 86_400_000;
const ROWS_A_BATCH = 500;

/** Known to this process alone, and forgotten with it. */
export function createMemoryLimits(now: () => number): Limits {
	const all = new Map<string, unknown>();
	return {
		async change(key, change) {
			const { known, result } = change(all.get(key), now());
			all.set(key, known);
			return result;
		},
		settled: () => Promise.resolve(),
	};
}

/** In a table, common to all processes. What is asked while a row is being changed is done together, with the next change. */
export function createLimits(options: LimitsOptions): Limits {
	const asked = new Map<string, Asked[]>();
	const working = new Set<Promise<void>>();

	async function work(key: string, line: Asked[]): Promise<void> {
		while (line.length > 0) {
			const together = line.splice(0);
			try {
				const changes = together.map(({ change }) => change);
				const results = await changeRow(key, changes, options);
				together.forEach(({ resolve }, i) => resolve(results[i]));
			} catch (error) {
				const { code } = error as { code?: unknown };
				options.log.warn({ code }, 'what is common to all processes could not be read or written');
				together.forEach(({ reject }) => reject(error));
			}
		}
		asked.delete(key);
	}

	return {
		change: <T>(key: string, change: Change<T>) =>
			new Promise<T>((resolve, reject) => {
				const one = { change, resolve: resolve as Asked['resolve'], reject };
				const line = asked.get(key);
				if (line) return void line.push(one);
				const own = [one];
				asked.set(key, own);
				const worked = work(key, own);
				working.add(worked);
				void worked.then(() => working.delete(worked));
			}),
		async settled() {
			await Promise.all(working);
		},
	};
}

/** All of these changes in one write, or none where nothing changes: two queries, no transaction, no lock. */
async function changeRow(key: string, changes: Change<unknown>[], options: LimitsOptions): Promise<unknown[]> {
	const { knex } = options;
	for (let tries = 0; tries < MOST_TRIES; tries += 1) {
		const row = await readRow(key, options);
		let known = row.state === undefined ? undefined : (JSON.parse(row.state) as unknown);
		const results = changes.map((change) => {
			const changed = change(known, row.now);
			known = changed.known;
			return changed.result;
		});
		const written = { state: JSON.stringify(known ?? null), updated_at: row.now };
		if (written.state === row.state) return results;
		const { version } = row;
		const done =
			version === undefined
				? await knex('limits')
						.insert({ key, ...written, version: 1 })
						.onConflict('key')
						.ignore()
						.returning('key')
				: await knex('limits')
						.where({ key, version })
						.update({ ...written, version: knex.raw('version + 1') }, ['key']);
		if (done.length > 0) return results;
		await sleep(2 + 10 * Math.random());
	}
	throw new Error('A common limit was changed by others all the time');
}

interface Row {
	/** As the database writes it; missing where there is no row. */
	version?: string | number;
	state?: string;
	now: number;
}

async function readRow(key: string, { knex, now }: LimitsOptions): Promise<Row> {
	if (!isPostgres(knex)) return { ...(await knex('limits').where({ key }).first('version', 'state')), now: now() };
	const clock = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now';
	const { rows } = (await knex.raw(
		`SELECT version, state, ${clock} FROM (SELECT 1) AS always LEFT JOIN limits ON key = ?`,
		[key],
	)) as { rows: { version: string | null; state: string | null; now: number }[] };
	const [{ version, state, now: time }] = rows;
	return { version: version ?? undefined, state: state ?? undefined, now: time };
}

/** Those unused for two days: nothing lasts longer. Resolves with whether there may be more. */
export async function forgetOldLimits(knex: Knex, now: number): Promise<boolean> {
	const old = knex('limits')
		.select('key')
		.where('updated_at', '<', now - KEPT_MS)
		.orderBy('updated_at')
		.limit(ROWS_A_BATCH);
	return (await knex('limits').whereIn('key', old).delete()) === ROWS_A_BATCH;
}
