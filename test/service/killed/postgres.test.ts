import { describeKilled } from './killed';
import { onPostgres } from './ground';

describeKilled('PostgreSQL', onPostgres, 2);
