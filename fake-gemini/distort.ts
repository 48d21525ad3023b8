import { randomBytes } from 'node:crypto';
import type { Candidate } from './answer';
import type { Fault } from './faults';
import type { FinishReason } from './wire-table';

export interface Entry {
	id: string;
	department: string;
	/** A number from 0 to 1 unless it was spoilt. */
	confidence: unknown;
	reasoning: string;
}

const ENTRIES: Partial<Record<Fault, (first: Entry, departments: string[]) => Entry[]>> = {
	invented_department: (first) => [{ ...first, department: 'Astrology' }],
	other_case_department: (first) => [{ ...first, department: otherCase(first.department) }],
	confidence_7: (first) => [{ ...first, confidence: 7 }],
	confidence_high: (first) => [{ ...first, confidence: 'high' }],
	missing_id: () => [],
	invented_id: (first) => [{ ...first, id: randomBytes(4).toString('hex') }],
	doubled_id: (first, departments) => [
		first,
		{ ...first, department: departments.find((name) => name !== first.department) ?? first.department },
	],
};

/** The entries with the first of them spoilt; the others stay, so that one bad verdict can be told from a bad answer. */
export function distortEntries(entries: Entry[], departments: string[], fault: Fault | null): Entry[] {
	const distort = fault && ENTRIES[fault];
	const [first, ...others] = entries;
	return distort ? [...distort(first, departments), ...others] : entries;
}

function otherCase(name: string): string {
	return name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
}

/** The text of the answer, cut or wrapped. */
export function distortText(text: string, fault: Fault | null): string {
	if (fault === 'truncated' || fault === 'finish:MAX_TOKENS') return text.slice(0, Math.floor(text.length * 0.6));
	if (fault !== 'wrapped') return text;
	return `Here are the departments you asked for:\n\n\`\`\`json\n${text}\n\`\`\`\n\nLet me know if you need more.`;
}

const THOUGHT = { text: '**Sorting the tickets**\n\nI look at what work each ticket asks for.', thought: true };

/** What surrounds the text. */
export function distortCandidate(candidate: Candidate, fault: Fault | null): Candidate {
	const parts = candidate.content?.parts ?? [];
	if (fault === 'thought') return { ...candidate, content: { parts: [THOUGHT, ...parts], role: 'model' } };
	if (fault === 'empty_parts') return { ...candidate, content: { parts: [], role: 'model' } };
	if (fault === 'no_content') return { finishReason: candidate.finishReason, index: candidate.index };
	if (!fault?.startsWith('finish:')) return candidate;
	return { ...candidate, finishReason: fault.slice('finish:'.length) as FinishReason };
}
