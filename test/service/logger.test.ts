import { describeError } from '../../service/logger';
import { newDatabaseUrl, spawnMute } from '../helpers/process';
import { eventually } from '../helpers/service';

jest.setTimeout(60_000);

it('describes an error without its message, and by its code only where that is one', () => {
	const error = Object.assign(new Error('what somebody sent'), { code: 'SQLITE_FULL' });
	expect(describeError(error)).toMatchObject({ name: 'Error', code: 'SQLITE_FULL' });
	expect(describeError({ code: '23505', message: 'what somebody sent' })).toEqual({ name: 'object', code: '23505' });
	for (const odd of ['what somebody sent', null, undefined, { code: 'what somebody sent' }, error])
		expect(JSON.stringify(describeError(odd))).not.toContain('somebody');
});

it('a full disk under standard output ends the log, not the service, and does not keep it from ending', async () => {
	const service = await spawnMute({ DATABASE_URL: newDatabaseUrl() });
	const alive = (): Promise<string | undefined> =>
		fetch(`${service.url}/livez`).then(
			(response) => response.text(),
			() => undefined,
		);
	expect(await eventually(alive, 'the service to listen')).toBe('ok');
	await fetch(`${service.url}/nothing`);
	expect(await alive()).toBe('ok');
	// Null where it had to be killed.
	const patience = setTimeout(() => service.child.kill('SIGKILL'), 20_000);
	expect(await service.kill('SIGTERM')).toBe(0);
	clearTimeout(patience);
});
