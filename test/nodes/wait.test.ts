import type { IExecuteFunctions } from 'n8n-workflow';
import { createWait } from '../../nodes/shared/wait';
import { rejectionOf } from '../helpers/tickets';

const contextWith = (signal?: AbortSignal): IExecuteFunctions =>
	({ getExecutionCancelSignal: () => signal }) as unknown as IExecuteFunctions;

test('waits as long as it is told', async () => {
	const started = performance.now();
	await createWait(contextWith())(300);
	expect(performance.now() - started).toBeGreaterThanOrEqual(295);
});

test('ends when the execution is cancelled, long before its time', async () => {
	const execution = new AbortController();
	const waiting = rejectionOf(createWait(contextWith(execution.signal))(3_600_000));
	execution.abort();
	expect(await waiting).toMatchObject({
		code: 'unavailable',
		retryable: false,
		message: expect.stringContaining('canceled'),
	});
});

test('does not begin to wait in an execution that was cancelled', async () => {
	expect(await rejectionOf(createWait(contextWith(AbortSignal.abort()))(1))).toMatchObject({ code: 'unavailable' });
});
