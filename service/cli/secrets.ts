import { SecretsError, makeSecrets, renewKey } from '../secrets';
import { UsageError } from './options';
import { exitWith } from './exit-with';

const USAGE = `Usage: node service/build/service/cli/secrets.js FOLDER [NAME:SCOPES]

Makes the secrets of docker-compose.yml: random passwords and keys, a file each, for the user who reads it.
What exists is left as it is.

NAME:SCOPES  makes a new key, or another one under the same name, and prints it. Scopes are submit, read and
             admin, joined by +: form:submit
`;
const KEY = /^([\w.-]+):((?:submit|read|admin)(?:\+(?:submit|read|admin))*)$/;

async function main(): Promise<string> {
	const [folder, wanted, ...more] = process.argv.slice(2);
	if (folder === '--help') return USAGE;
	const [, name, scopes] = KEY.exec(wanted ?? '') ?? [];
	if (!folder || more.length > 0 || (wanted !== undefined && !name)) throw new UsageError(USAGE);
	if (name) return `${renewKey(folder, name, scopes)}\n`;
	const made = makeSecrets(folder);
	return made.length > 0 ? `made: ${made.join(', ')}\n` : 'all secrets exist: nothing changed\n';
}

exitWith(
	main().then(
		(text) => (process.stdout.write(text), 0),
		(error: unknown) => {
			throw error instanceof SecretsError ? new UsageError(error.message) : error;
		},
	),
);
