import type { Classification, Classifier } from '../../core/classification';
import { classify } from '../../core/classify';
import { TriageError } from '../../core/errors';
import { buildClassification, buildTicket, rejectionOf } from '../helpers/tickets';

const ticket = buildTicket();
/** What is said of this ticket, whoever classified it. */
const described = {
	language: 'en',
	suggested_priority: { priority: 'medium', reasons: ['nothing in it asks for another'] },
};

function saying(name: Classifier['name'], answer: Classification | Error): Classifier & { asked: unknown[] } {
	const asked: unknown[] = [];
	return {
		name,
		asked,
		classify: async (given) => {
			asked.push(given);
			if (answer instanceof Error) throw answer;
			return answer;
		},
	};
}

test('the first usable answer counts, and nobody else is asked', async () => {
	const second = saying('local', buildClassification());
	const answer = buildClassification({ classifier: 'gemini' });
	const first = saying('gemini', answer);
	expect(await classify(ticket, [first, second])).toEqual({
		classification: { ...answer, ...described },
		skipped: [],
	});
	expect([first.asked, second.asked]).toEqual([[ticket], []]);
});

test('who had none is passed over, and the answer says why', async () => {
	const gemini = saying('gemini', new TriageError('unavailable', 'Gemini answered 503', { retryable: true }));
	const { classification, skipped } = await classify(ticket, [gemini, saying('local', buildClassification())]);
	expect(classification).toEqual({ ...buildClassification(), ...described });
	expect(skipped).toEqual([{ classifier: 'gemini', reason: 'Gemini answered 503' }]);
});

test('when none has an answer, the last one’s error is thrown', async () => {
	const last = new TriageError('rate_limited', 'wait', { retryable: true, retryAfter: 5 });
	const all = [saying('gemini', new TriageError('auth', 'no')), saying('gemini', last)];
	expect(await rejectionOf(classify(ticket, all))).toBe(last);
});

test('without classifiers it is a misconfiguration', async () => {
	expect(await rejectionOf(classify(ticket, []))).toMatchObject({ code: 'misconfigured', retryable: false });
});

test('a bug is not covered up by the next classifier', async () => {
	const bug = new TypeError('cannot read properties of undefined');
	const next = saying('local', buildClassification());
	await expect(classify(ticket, [saying('gemini', bug), next])).rejects.toBe(bug);
	expect(next.asked).toEqual([]);
});

test('a classifier that throws at once is treated like one that rejects', async () => {
	const hasty: Classifier = {
		name: 'gemini',
		classify: () => {
			throw new RangeError('at once');
		},
	};
	await expect(classify(ticket, [hasty, saying('local', buildClassification())])).rejects.toBeInstanceOf(RangeError);
});

test('language and priority are read from the ticket; what the classifier gave stays as it was', async () => {
	const answer = buildClassification({ classifier: 'gemini' });
	const german = buildTicket({
		title: 'Dringend',
		description: 'Die ganze Abteilung kann nicht arbeiten',
		priority: 'low',
	});
	const { classification } = await classify(german, [saying('gemini', answer)]);
	expect(classification).toMatchObject({ ...answer, language: 'de', suggested_priority: { priority: 'critical' } });
	expect([answer, german.priority]).toEqual([buildClassification({ classifier: 'gemini' }), 'low']);
});
