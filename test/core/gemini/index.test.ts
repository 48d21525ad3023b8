import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { TriageError } from '../../../core/errors';
import { createGeminiClassifier } from '../../../core/gemini';
import { geminiRequest } from '../../../core/gemini/request';
import type { GeminiRequest } from '../../../core/gemini/wire';
import { buildTicket, rejectionOf } from '../../helpers/tickets';

const answer = {
	candidates: [
		{ finishReason: 'STOP', content: { parts: [{ text: '{"department":"hr","confidence":0.5,"reasoning":"r"}' }] } },
	],
	modelVersion: 'gemini-test-1',
};

function classifier(generate: (request: GeminiRequest) => Promise<unknown>) {
	let markers = 0;
	const newMarker = (): string => `marker-${(markers += 1)}`;
	return createGeminiClassifier({ departments: DEFAULT_DEPARTMENTS, generate, newMarker });
}

test('sends the request and reads the answer', async () => {
	const sent: GeminiRequest[] = [];
	const gemini = classifier(async (request) => {
		sent.push(request);
		return answer;
	});
	expect(gemini.name).toBe('gemini');
	expect(await gemini.classify(buildTicket())).toMatchObject({
		department: 'HR',
		confidence: 0.5,
		model: 'gemini-test-1',
	});
	expect(sent).toEqual([geminiRequest(buildTicket(), DEFAULT_DEPARTMENTS, 'marker-1')]);
});

test('every ticket gets a marker of its own', async () => {
	const texts: string[] = [];
	const gemini = classifier(async ({ contents }) => {
		texts.push(contents[0].parts[0].text);
		return answer;
	});
	await gemini.classify(buildTicket());
	await gemini.classify(buildTicket());
	expect(texts.map((text) => text.split('\n')[0])).toEqual(['marker-1', 'marker-2']);
});

test('an error on the way stays what it is; an unusable answer is one', async () => {
	const down = new TriageError('unavailable', 'down', { retryable: true });
	expect(await rejectionOf(classifier(() => Promise.reject(down)).classify(buildTicket()))).toBe(down);
	expect((await rejectionOf(classifier(async () => ({})).classify(buildTicket()))).code).toBe('unreadable');
});
