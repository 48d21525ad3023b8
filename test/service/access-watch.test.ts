import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchAccess, type AccessWatch } from '../../service/access-watch';
import { loadConfig, type Environment } from '../../service/config';
import { environmentFiles, readEnvironment } from '../../service/environment';
import { findApiKey } from '../../service/http/api-keys';
import { eventually } from '../helpers/service';
import { newDatabaseUrl, spawnService } from '../helpers/process';

const OLD = 'correct-horse-battery';
const NEW = 'staple-and-more-words';
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;

function folder() {
	const root = mkdtempSync(join(tmpdir(), 'triage-access-'));
	const path = (name: string): string => join(root, name);
	return {
		root,
		path,
		/** As tools do it that hand over secrets: all at once. */
		write(name: string, text: string) {
			writeFileSync(path(`${name}.new`), text);
			renameSync(path(`${name}.new`), path(name));
		},
	};
}

async function watching(root: string, environment: Environment) {
	const lines: [string, unknown, string?][] = [];
	const say =
		(level: string) =>
		(...said: [unknown, string?]): void =>
			void lines.push([level, ...said]);
	const load = () => loadConfig(readEnvironment(root, environment), root);
	const watch: AccessWatch = await watchAccess({
		...{ first: load(), load, files: () => environmentFiles(root, environment) },
		log: { info: say('info'), error: say('error') } as never,
	});
	const knows = async (key: string): Promise<string | undefined> => {
		await watch.look();
		return findApiKey(watch.current().apiKeys, key)?.name;
	};
	return { watch, lines, knows };
}

describe('keys that change', () => {
	it('in a file count without a restart, the old one beside the new one for as long as it is there', async () => {
		const { root, write, path } = folder();
		write('keys', `ops:${OLD}\n`);
		const { watch, knows, lines } = await watching(root, { TRIAGE_API_KEYS_FILE: path('keys') });
		expect([await knows(OLD), await knows(NEW)]).toEqual(['ops', undefined]);
		write('keys', `ops:${OLD}\nops:submit:${NEW}\n`);
		expect([await knows(OLD), await knows(NEW)]).toEqual(['ops', 'ops']);
		write('keys', `ops:submit:${NEW}\n`);
		expect([await knows(OLD), await knows(NEW)]).toEqual([undefined, 'ops']);
		expect(lines).toHaveLength(2);
		expect(lines[1]).toEqual(['info', { keys: ['ops: submit'], webhook_secrets: 0 }, expect.any(String)]);
		expect(JSON.stringify(lines)).not.toContain(NEW);
		watch.close();
	});

	it('in .env as well, and secrets like keys', async () => {
		const { root, write } = folder();
		write('.env', `TRIAGE_API_KEYS=ops:${OLD}\n`);
		const { watch, knows } = await watching(root, {});
		write('.env', `TRIAGE_API_KEYS=ops:${NEW}\nWEBHOOK_SECRET=${SECRET}\n`);
		expect(await knows(NEW)).toBe('ops');
		expect(watch.current().webhookSecrets).toEqual([SECRET]);
		watch.close();
	});

	it.each([
		['is malformed', 'ops:short'],
		['is empty', ''],
		['has no key left', ' , '],
		['has none but what is commented out', `#ops:${OLD}`],
	])('change nothing where the file %s', async (_, text) => {
		const { root, write, path } = folder();
		write('keys', `ops:${OLD}`);
		const { watch, knows, lines } = await watching(root, { TRIAGE_API_KEYS_FILE: path('keys') });
		write('keys', text);
		expect(await knows(OLD)).toBe('ops');
		expect(lines).toEqual([['error', expect.anything(), expect.stringContaining('could not be read again')]]);
		write('keys', `ops:${NEW}`);
		expect(await knows(NEW)).toBe('ops');
		watch.close();
	});

	it('change nothing where .env has none left', async () => {
		const { root, write } = folder();
		write('.env', `TRIAGE_API_KEYS=ops:${OLD}\n`);
		const { watch, knows, lines } = await watching(root, {});
		write('.env', 'LOG_LEVEL=info\n');
		expect(await knows(OLD)).toBe('ops');
		expect(lines).toEqual([['error', expect.stringContaining('no keys are left')]]);
		watch.close();
	});

	it('change nothing where .env cannot be read, and end nothing', async () => {
		const { root, write, path } = folder();
		write('keys', `ops:${OLD}`);
		const { watch, knows, lines } = await watching(root, { TRIAGE_API_KEYS_FILE: path('keys') });
		mkdirSync(path('.env'));
		expect(await knows(OLD)).toBe('ops');
		expect(lines).toEqual([['error', { error: expect.objectContaining({ code: 'EISDIR' }) }, expect.any(String)]]);
		rmdirSync(path('.env'));
		write('keys', `ops:${NEW}`);
		expect(await knows(NEW)).toBe('ops');
		watch.close();
	});

	it('change nothing where the file is gone', async () => {
		const { root, write, path } = folder();
		write('keys', `ops:${OLD}`);
		const { watch, knows } = await watching(root, { TRIAGE_API_KEYS_FILE: path('keys') });
		rmSync(path('keys'));
		expect(await knows(OLD)).toBe('ops');
		watch.close();
	});
});

it('the running service goes by it', async () => {
	const { write, path } = folder();
	write('keys', `ops:${OLD}`);
	const service = await spawnService({ DATABASE_URL: newDatabaseUrl(), TRIAGE_API_KEYS_FILE: path('keys') });
	const status = async (key: string): Promise<number> =>
		(await fetch(`${service.url}/tickets`, { headers: { 'x-api-key': key } })).status;
	expect([await status(OLD), await status(NEW)]).toEqual([200, 401]);
	write('keys', `ops:${NEW}`);
	await eventually(async () => ((await status(NEW)) === 200 ? true : undefined), 'the new key to count');
	expect(await status(OLD)).toBe(401);
	await service.kill('SIGTERM');
});
