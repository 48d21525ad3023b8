import { describeKilled } from './killed';
import { onSqlite } from './ground';

describeKilled('SQLite', onSqlite, 1);
