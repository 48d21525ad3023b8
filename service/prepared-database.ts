import type { Knex } from 'knex';
import type { Department } from '../core/departments';
import type { Config } from './config';
import { whyUndeliverable } from './connectors';
import { migrate, openDatabase } from './database';
import { databaseProblem } from './database-problem';
import type { Logger } from './logger';
import { seed } from './seeds';
import { listMappings, type StoredMapping } from './store/mappings';

/** The configured database, migrated and with its mappings. @throws ConfigError saying which cannot be used, and what to do */
export async function openPreparedDatabase(
	{ database, connections }: Config,
	departments: readonly Department[],
	log: Logger,
): Promise<Knex> {
	const knex = openDatabase(database, log);
	// Changing tables, and waiting for another who does, may take longer than anything later is allowed to.
	const unhurried = database.client === 'pg' ? openDatabase(database, log, null) : knex;
	try {
		for (const note of await migrate(unhurried)) log.info({ note }, 'database migrated');
		await seed(unhurried, departments, connections, log);
		warnOfUndeliverable(await listMappings(knex), log);
		return knex;
	} catch (error) {
		await knex.destroy();
		throw databaseProblem(database, error);
	} finally {
		if (unhurried !== knex) await unhurried.destroy();
	}
}

function warnOfUndeliverable(mappings: readonly StoredMapping[], log: Logger): void {
	for (const mapping of mappings.filter((one) => one.isActive)) {
		const reason = whyUndeliverable(mapping);
		if (reason === null) continue;
		const { id, department, system } = mapping;
		log.warn({ mapping: id, department, system, reason }, 'nothing goes by this mapping: its tickets go to the inbox');
	}
}
