import type { Knex } from 'knex';
import type { PgBoss } from 'pg-boss';
import { isPostgres } from './in-turn';
import type { Logger } from './logger';
import { startMaintenance, type Chore, type Maintenance } from './maintenance';
import type { Erasing } from './pipeline/erasing';
import { forgetOldKeys } from './store/idempotency-keys';
import { forgetOldLimits } from './store/limits';

export interface ChoresDeps {
	/** The common queue, where there is one. */
	boss: PgBoss | null;
	knex: Knex;
	erasing: Erasing;
	/** Null where the text of tickets is kept for ever. */
	retentionDays: number | null;
	log: Logger;
	now: () => number;
}

const EVERY_MS = 3_600_000;
const PAUSE_MS = 20;

/** What is done every hour: old keys are forgotten, old tickets lose their text, and no trace of it stays in a file. */
export function startChores({ boss, knex, erasing, retentionDays, log, now }: ChoresDeps): Promise<Maintenance> {
	const keys: Chore = { name: 'idempotency keys', begin: () => () => forgetOldKeys(knex, now()) };
	const limits: Chore = { name: 'limits', begin: () => () => forgetOldLimits(knex, now()) };
	const chores = [
		...[keys, limits],
		...(retentionDays === null ? [] : [erasing.retention(retentionDays)]),
		...(isPostgres(knex) ? [] : [erasing.fileCleaning()]),
	];
	return startMaintenance({ boss, chores, log, everyMs: EVERY_MS, pauseMs: PAUSE_MS });
}
