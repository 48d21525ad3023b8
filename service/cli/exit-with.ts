import { ConfigError } from '../config';
import { UsageError } from './options';

/** Ends a command with the code it resolves with; with 2, and a sentence where that helps, if it cannot do its work. */
export function exitWith(command: Promise<number>): void {
	command.then(
		(code) => {
			process.exitCode = code;
		},
		(error: unknown) => {
			const expected = error instanceof UsageError || error instanceof ConfigError;
			process.exitCode = 2;
			console.error(expected ? error.message : error);
		},
	);
}
