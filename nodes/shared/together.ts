import { TriageError } from '../../core/errors';

/**
 * Reads all of these, so that whoever fills in the form hears of every problem at once.
 * @throws TriageError with the code of the first problem and the messages of all; the first of all other errors before
 */
export function together<T extends unknown[]>(...readers: { [K in keyof T]: () => T[K] }): T {
	const errors: unknown[] = [];
	const values = readers.map((read: () => unknown) => {
		try {
			return read();
		} catch (error) {
			errors.push(error);
			return undefined;
		}
	});
	if (errors.length === 0) return values as T;
	const problems = errors.filter((error) => error instanceof TriageError);
	if (problems.length < errors.length) throw errors.find((error) => !(error instanceof TriageError));
	throw new TriageError(problems[0].code, saidOnce(problems.map(({ message }) => message)).join('; '));
}

/** Without those that another one says along. */
function saidOnce(messages: string[]): string[] {
	const different = [...new Set(messages)];
	return different.filter((one) => !different.some((other) => other !== one && other.includes(one)));
}
