import type { Knex } from 'knex';
import * as initial from './001-initial';
import * as deliveries from './002-deliveries';
import * as claims from './003-claims';
import * as idempotency from './004-idempotency';
import * as retention from './005-retention';
import * as events from './006-events';
import * as postgresTypes from './007-postgres-types';
import * as listIndexes from './008-list-indexes';
import * as textSearch from './009-text-search';
import * as limits from './010-limits';
import * as traces from './011-traces';

export interface Migration {
	up(knex: Knex, note: (text: string) => void): Promise<void>;
	down(knex: Knex): Promise<void>;
}

const MIGRATIONS: Record<string, Migration> = {
	'001-initial': initial,
	'002-deliveries': deliveries,
	'003-claims': claims,
	'004-idempotency': idempotency,
	'005-retention': retention,
	'006-events': events,
	'007-postgres-types': postgresTypes,
	'008-list-indexes': listIndexes,
	'009-text-search': textSearch,
	'010-limits': limits,
	'011-traces': traces,
};

/** The migrations as code, so that they run from wherever the build put them. What they report is added to `notes`. */
export function migrationSource(notes: string[]): Knex.MigrationSource<string> {
	return {
		getMigrations: () => Promise.resolve(Object.keys(MIGRATIONS)),
		getMigrationName: (name) => name,
		getMigration: (name) => {
			const migration = MIGRATIONS[name];
			return Promise.resolve({
				up: (knex: Knex) => migration.up(knex, (note) => notes.push(note)),
				down: (knex: Knex) => migration.down(knex),
			});
		},
	};
}
