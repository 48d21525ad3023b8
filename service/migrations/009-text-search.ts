import type { Knex } from 'knex';
import { isPostgres } from '../in-turn';

/**
 * Texts by the trigrams in them, on PostgreSQL. They are in a table of their own, as an index of ticket_logs would be written
 * anew at each step that a ticket takes; triggers keep it in line with every change of the texts.
 */
export async function up(knex: Knex, note: (text: string) => void): Promise<void> {
	if (!isPostgres(knex)) return;
	if (!(await haveTrigrams(knex))) {
		note('the extension pg_trgm cannot be had: GET /tickets?text= looks at a limited number of tickets a page');
		return;
	}
	await knex.raw('CREATE TABLE ticket_search (id integer PRIMARY KEY, words text NOT NULL)');
	await knex.raw(`CREATE FUNCTION ticket_search_keep() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			IF TG_OP <> 'INSERT' THEN DELETE FROM ticket_search WHERE id = OLD.id; END IF;
			IF TG_OP <> 'DELETE' THEN
				INSERT INTO ticket_search VALUES (NEW.id, ${WORDS.replace(/title|description/g, 'NEW.$&')});
			END IF;
			RETURN NULL;
		END $$`);
	await knex.raw(`CREATE TRIGGER ticket_search_kept AFTER INSERT OR DELETE OR UPDATE OF id, title, description
		ON ticket_logs FOR EACH ROW EXECUTE FUNCTION ticket_search_keep()`);
	// Last: from the trigger on nobody else writes tickets before this is through, so none is missed.
	await knex.raw(`INSERT INTO ticket_search SELECT id, ${WORDS} FROM ticket_logs`);
	await knex.raw('CREATE INDEX ticket_search_by_words ON ticket_search USING gin (words gin_trgm_ops)');
}

export async function down(knex: Knex): Promise<void> {
	if (!isPostgres(knex)) return;
	await knex.raw('DROP TRIGGER IF EXISTS ticket_search_kept ON ticket_logs');
	await knex.raw('DROP FUNCTION IF EXISTS ticket_search_keep()');
	await knex.raw('DROP TABLE IF EXISTS ticket_search');
}

/** Between title and description is a character that nobody types. */
const WORDS = "lower(coalesce(title, '') || chr(31) || coalesce(description, ''))";

/** In a transaction of its own: a refusal would end the one of the migration. */
async function haveTrigrams(knex: Knex): Promise<boolean> {
	try {
		await knex.transaction((trx) => trx.raw('CREATE EXTENSION IF NOT EXISTS pg_trgm'));
		return true;
	} catch {
		return false;
	}
}
