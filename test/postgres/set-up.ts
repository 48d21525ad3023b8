import { pino } from 'pino';
import { loadConfig } from '../../service/config';
import { createService } from '../../service/service';
import { startPostgres, type Postgres } from '../helpers/postgres';

export const running: { postgres?: Postgres } = {};

/** One server for all suites, with a migrated database that theirs are copies of. */
export default async function setUp(): Promise<void> {
	running.postgres = await startPostgres();
	const template = await running.postgres.createDatabase();
	const log = pino({ level: 'silent' });
	const config = loadConfig({ DATABASE_URL: template }, process.cwd());
	await (await createService({ config, log, version: '0.0.0', lookup: () => undefined })).close();
	process.env.POSTGRES_TEMPLATE_URL = template;
}
