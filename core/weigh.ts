import { rankedAlternatives, type Alternative, type Classification } from './classification';
import type { Department } from './departments';

/** What a language model says of its own sureness is kept within these: it is never that sure, nor that lost. */
const LEAST_TRUST = 0.2;
const MOST_TRUST = 0.95;
/** The local model reads the same words, so its shares count for half (as exponent). */
const LOCAL_WEIGHT = 0.5;
/** From this confidence on, the local model's word is an opinion and not a guess. */
const OPINION = 0.6;

/**
 * One classification of two: Bayes' rule over the departments, with the local model's calibrated shares as what is
 * known before and Gemini's answer as an observation that is right as often as it says. Agreement raises confidence,
 * disagreement lowers it; where both have an opinion and differ, that is noted as dissent and a person looks.
 */
export function weigh(
	local: Classification,
	gemini: Classification,
	departments: readonly Pick<Department, 'name'>[],
): Classification {
	const names = departments.map(({ name }) => name);
	const trust = Math.min(MOST_TRUST, Math.max(LEAST_TRUST, gemini.confidence));
	const shares = names.map((name) => {
		const observed = name === gemini.department ? trust : (1 - trust) / Math.max(1, names.length - 1);
		return { department: name, confidence: localShare(local, name, names.length) ** LOCAL_WEIGHT * observed };
	});
	const [first, ...alternatives] = rankedAlternatives(normalised(shares), 4);
	const [spoken, other] = first.department === gemini.department ? [gemini, local] : [local, gemini];
	const differ = local.department !== gemini.department;
	const dissents = differ && (other === gemini || local.confidence >= OPINION);
	return {
		...{ ...spoken, ...first, alternatives, usage: gemini.usage },
		reasoning: differ ? `${reasonOf(spoken)} ${otherVoice(other)}` : spoken.reasoning,
		...(dissents && { dissent: { classifier: other.classifier, ...voice(other) } }),
	};
}

function localShare(local: Classification, name: string, count: number): number {
	const named: Alternative[] = [local, ...local.alternatives];
	const rest = Math.max(0, 1 - named.reduce((sum, { confidence }) => sum + confidence, 0));
	const share = named.find(({ department }) => department === name)?.confidence;
	return Math.max(1e-3, share ?? rest / Math.max(1, count - named.length));
}

function normalised(shares: Alternative[]): Alternative[] {
	const sum = shares.reduce((total, { confidence }) => total + confidence, 0);
	return shares.map(({ department, confidence }) => ({ department, confidence: confidence / sum }));
}

function reasonOf({ reasoning, classifier }: Classification): string {
	return reasoning === '' ? `Said by ${classifier}.` : reasoning;
}

function otherVoice({ classifier, department, confidence }: Classification): string {
	return `(${classifier === 'local' ? 'The local model' : 'Gemini'} says ${department}, ${Math.round(confidence * 100)} %.)`;
}

function voice({ department, confidence }: Classification): Alternative {
	return { department, confidence };
}
