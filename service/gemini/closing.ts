import { TriageError } from '../../core/errors';

/** What whoever still waits for Gemini gets when the service ends. */
export function closingError(): TriageError {
	return new TriageError('unavailable', 'The service is shutting down, so Gemini is not waited for');
}
