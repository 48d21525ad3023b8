import { TriageError } from '../../core/errors';

test('is an error that says what happened and is not worth a retry unless told so', () => {
	const error = new TriageError('rejected', 'Jira answered 400');
	expect(error).toBeInstanceOf(Error);
	expect(error).toMatchObject({
		name: 'TriageError',
		code: 'rejected',
		message: 'Jira answered 400',
		retryable: false,
	});
	expect([error.status, error.retryAfter, error.inDoubt]).toEqual([undefined, undefined, false]);
});

test('carries its details', () => {
	const details = { retryable: true, status: 429, retryAfter: 30, inDoubt: true, cause: new Error('socket') };
	const error = new TriageError('rate_limited', 'wait', details);
	expect(error).toMatchObject({ code: 'rate_limited', retryable: true, status: 429, retryAfter: 30, inDoubt: true });
	expect(error.cause).toBe(details.cause);
});

test('has no cause of its own where none was given', () => {
	expect(Object.hasOwn(new TriageError('auth', 'no'), 'cause')).toBe(false);
	expect(Object.hasOwn(new TriageError('auth', 'no', { cause: null }), 'cause')).toBe(true);
});

test('keeps zero seconds to wait apart from none said', () => {
	expect(new TriageError('rate_limited', 'now', { retryAfter: 0 }).retryAfter).toBe(0);
});
