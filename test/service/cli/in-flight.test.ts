import { createInFlight } from '../../../service/cli/in-flight';

test('no more than so many run at once, and all of them run', async () => {
	let running = 0;
	let most = 0;
	let ended = 0;
	const inFlight = createInFlight(3, () => undefined);
	for (let i = 0; i < 10; i += 1) {
		await inFlight.start(async () => {
			most = Math.max(most, (running += 1));
			await new Promise((resolve) => setTimeout(resolve, 2));
			running -= 1;
			ended += 1;
		});
	}
	await inFlight.idle();
	expect([most, ended]).toEqual([3, 10]);
});

test('failures are told and take no place', async () => {
	const failures: unknown[] = [];
	const inFlight = createInFlight(1, (error) => failures.push(error));
	await inFlight.start(() => Promise.reject(new Error('one')));
	await inFlight.start(() => Promise.reject(new Error('two')));
	await inFlight.idle();
	expect(failures).toEqual([new Error('one'), new Error('two')]);
});
