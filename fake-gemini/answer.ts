import { randomBytes } from 'node:crypto';
import { createLocalClassifier } from '../core/local';
import { distortCandidate, distortEntries, distortText, type Entry } from './distort';
import type { Fault } from './faults';
import { obey } from './obedient';
import { charactersOf, tokensOf, type AskedTicket, type Question } from './question';
import type { FinishReason } from './wire-table';

/** The body of a 200, as far as the fake fills it. */
export interface Answer {
	candidates?: Candidate[];
	promptFeedback?: { blockReason?: string };
	usageMetadata: Record<string, number>;
	modelVersion: string;
	responseId: string;
}

export interface Candidate {
	content?: { parts: { text: string; thought?: boolean }[]; role: 'model' };
	finishReason: FinishReason;
	index: number;
}

export interface Answering {
	model: string;
	fault: Fault | null;
	/** Whether it does what tickets say. */
	obedient: boolean;
}

/** Answers by the project's local classifier, spoilt as the fault says. */
export async function answerQuestion(question: Question, { model, fault, obedient }: Answering): Promise<Answer> {
	const prompt = question.inputTokens;
	const head = { modelVersion: model, responseId: randomBytes(16).toString('base64url') };
	if (fault === 'blocked' || fault === 'empty_candidates') {
		const usageMetadata = { promptTokenCount: prompt, totalTokenCount: prompt };
		if (fault === 'empty_candidates') return { candidates: [], usageMetadata, ...head };
		return { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata, ...head };
	}
	const entries = await Promise.all(question.tickets.map((ticket) => classify(ticket, question.departments)));
	const candidate = distortCandidate(candidateOf(entries, question, { fault, obedient }), fault);
	const parts = candidate.content?.parts ?? [];
	const [thoughts, said] = [true, false].map((thought) =>
		tokensOf(parts.map((part) => ((part.thought === true) === thought ? part.text : '')).join('')),
	);
	const usageMetadata = {
		promptTokenCount: prompt,
		candidatesTokenCount: said,
		totalTokenCount: prompt + said + thoughts,
		...(thoughts > 0 && { thoughtsTokenCount: thoughts }),
	};
	return { candidates: [candidate], usageMetadata, ...head };
}

/** Loads the model, so that the first answer takes no longer than others. */
export async function warmUp(): Promise<void> {
	await classify({ id: '', title: 'VPN drops', description: 'The VPN client disconnects.' }, ['IT']);
}

function candidateOf(entries: Entry[], question: Question, { fault, obedient }: Omit<Answering, 'model'>): Candidate {
	const asked = distortEntries(entries, question.departments, fault).map((entry) => ordered(entry, question));
	const list = obedient ? obey(asked, question.tickets) : asked;
	const single = !question.list || fault === 'one_object';
	const text = distortText(JSON.stringify(single ? (list[0] ?? {}) : list), fault);
	const most = charactersOf(question.maxOutputTokens);
	return {
		content: { parts: [{ text: text.slice(0, most) }], role: 'model' },
		finishReason: text.length > most ? 'MAX_TOKENS' : 'STOP',
		index: 0,
	};
}

function ordered(entry: Entry, { properties }: Question): Record<string, unknown> {
	return Object.fromEntries(properties.map((name) => [name, entry[name as keyof Entry]]));
}

async function classify({ id, title, description }: AskedTicket, names: string[]): Promise<Entry> {
	const departments = names.map((name) => ({ name, description: '', teams: [], examples: [] }));
	const ticket = { title, description, email: '', priority: 'medium' as const, source: null, metadata: {} };
	const { department, confidence, reasoning } = await createLocalClassifier(departments).classify(ticket);
	return { id, department: names.includes(department) ? department : names[0], confidence, reasoning };
}
