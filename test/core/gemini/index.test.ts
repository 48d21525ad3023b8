import { TriageError } from '../../../core/errors';
import { createGeminiClassifier } from '../../../core/gemini';
import type { Verdict } from '../../../core/gemini/ask';
import { geminiRequest, type Question } from '../../../core/gemini/request';
import { buildTicket, rejectionOf } from '../../helpers/tickets';

const usage = { input_tokens: 700, output_tokens: 60, cost_usd: 0.00036 };
const personal = buildTicket({
	title: 'Mail to zoe.quill@firm.example bounces',
	description: 'My own address zoe.quill@firm.example works, bob@firm.example does not.',
});

/** Answers with the reasoning made of the question. */
function classifier(redact: boolean, reason = ({ title }: Question): string => `It says: ${title}`) {
	const asked: Question[] = [];
	const ask = async (question: Question): Promise<Verdict> => {
		asked.push(question);
		return { department: 'HR', confidence: 0.5, reasoning: reason(question), model: 'gemini-test-1', usage };
	};
	return { asked, gemini: createGeminiClassifier({ ask, redact }) };
}

test.each([true, false])('a verdict becomes a classification (redact: %s)', async (redact) => {
	const { gemini } = classifier(redact, () => 'A reason.');
	expect(gemini.name).toBe('gemini');
	expect(await gemini.classify(buildTicket())).toEqual({
		department: 'HR',
		confidence: 0.5,
		reasoning: 'A reason.',
		classifier: 'gemini',
		model: 'gemini-test-1',
		usage,
		alternatives: [],
	});
});

test.each([true, false])('title and description are asked about and nothing else (redact: %s)', async (redact) => {
	const { asked, gemini } = classifier(redact);
	const { title, description } = buildTicket();
	await gemini.classify(buildTicket({ source: 'hidden', metadata: { employee: 'hidden' }, priority: 'critical' }));
	expect(asked).toEqual([{ title, description }]);
});

test('personal data stays here, and comes back in the reasoning', async () => {
	const { asked, gemini } = classifier(true);
	const { reasoning } = await gemini.classify(personal);
	expect(asked).toEqual([
		{
			title: 'Mail to [EMAIL_1] bounces',
			description: 'My own address [EMAIL_1] works, [EMAIL_2] does not.',
		},
	]);
	expect(reasoning).toBe('It says: Mail to zoe.quill@firm.example bounces');
});

test('each ticket has placeholders of its own', async () => {
	const { gemini } = classifier(true, () => 'About [EMAIL_1] and [EMAIL_2].');
	const other = buildTicket({ description: 'From carl@firm.example' });
	const reasons = await Promise.all([personal, other].map((ticket) => gemini.classify(ticket)));
	expect(reasons.map(({ reasoning }) => reasoning)).toEqual([
		'About zoe.quill@firm.example and bob@firm.example.',
		'About carl@firm.example and [EMAIL_2].',
	]);
});

test('it goes out as it is where that is wanted', async () => {
	const { asked, gemini } = classifier(false, () => 'About [EMAIL_1].');
	const { reasoning } = await gemini.classify(personal);
	expect(asked).toEqual([{ title: personal.title, description: personal.description }]);
	expect(reasoning).toBe('About [EMAIL_1].');
});

/** What the request takes out for its part must not put together what redaction did not see. */
test.each(['\u200b', '\u00ad', '\ufe0f', '\u{e0041}', '\u034f', '\u2800', '\ufffd', '\u3164', '\u2060', '\ufeff'])(
	'an invisible %j within an address does not carry it out',
	async (invisible) => {
		const { asked, gemini } = classifier(true);
		await gemini.classify(buildTicket({ description: `Ask zoe.qu${invisible}ill@firm${invisible}.example please` }));
		const deps = { departments: [], marker: 'marker', model: 'm' };
		const [{ text }] = geminiRequest([{ ...asked[0], id: '0' }], deps).contents[0].parts;
		expect(text).toContain('\nAsk [EMAIL_1] please\n');
	},
);

test('the ticket is left as it was', async () => {
	const before = structuredClone(personal);
	await classifier(true).gemini.classify(personal);
	expect(personal).toEqual(before);
});

test('an error on the way stays what it is', async () => {
	const down = new TriageError('unavailable', 'down', { retryable: true });
	const gemini = createGeminiClassifier({ ask: () => Promise.reject(down), redact: true });
	expect(await rejectionOf(gemini.classify(personal))).toBe(down);
});
