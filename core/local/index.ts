import { rankedAlternatives, roundConfidence, type Classification, type Classifier } from '../classification';
import { fallbackName, findDepartment, type Department } from '../departments';
import type { Ticket } from '../ticket';
import { indexConcepts, type ConceptIndex } from './concepts';
import { tellingWords } from './explain';
import { extractFeatures } from './features';
import { languageOf, type DetectedLanguage } from './language';
import { readModel, type Model, type ModelFile } from './model';

/** What the local classifier reads with: a model and the words it was trained with. */
export interface Reader {
	model: Model;
	concepts: ConceptIndex;
}

let shipped: Promise<Reader> | undefined;

/** The model that comes with the package; loaded on first use, not when a host starts. */
export function loadShippedReader(): Promise<Reader> {
	shipped ??= import('./model.json')
		.then(({ default: file }) => createReader(file))
		.catch((error: unknown) => {
			shipped = undefined;
			throw error;
		});
	return shipped;
}

/** A reader for a model file, the shipped one or a company's own. @throws TriageError misconfigured if it is damaged */
export async function createReader(file: ModelFile): Promise<Reader> {
	const { VOCABULARIES } = await import('./vocabulary');
	return { model: readModel(file), concepts: indexConcepts(VOCABULARIES) };
}

/** The embedded linear text model: no key, no network, well under a millisecond. */
export function createLocalClassifier(departments: readonly Department[], load = loadShippedReader): Classifier {
	return {
		name: 'local',
		classify: async (ticket) => {
			const [reader, language] = await Promise.all([load(), languageOf(ticket)]);
			return classifyWith(reader, ticket, departments, language);
		},
	};
}

/** Of fewer words no language can be told. */
const FEW_WORDS = 4;

/** In a language the model was not trained in, the words it knows are false friends. */
export function classifyWith(
	reader: Reader,
	ticket: Ticket,
	departments: readonly Department[],
	language?: DetectedLanguage,
): Classification {
	const { model, concepts } = reader;
	const features = extractFeatures(ticket, model.buckets, concepts);
	const foreign = language === 'other' && features.words >= FEW_WORDS;
	const probabilities = model.predict(features, { foreign });
	const [first, ...alternatives] = rankedAlternatives(sumUp(model, probabilities, departments), 4);
	const counted = probabilities.map((share, i) =>
		departmentOf(model.departments[i], departments) === first.department ? share : -1,
	);
	const likeliest = counted.indexOf(Math.max(...counted));
	return {
		department: first.department,
		confidence: roundConfidence(first.confidence),
		reasoning: reasonFor(tellingWords(ticket, likeliest, reader), first, alternatives[0]),
		classifier: 'local',
		model: model.version,
		alternatives,
		...(language && { language }),
	};
}

type Share = ReturnType<typeof sumUp>[number];

function reasonFor(words: string[], first: Share, second: Share | undefined): string {
	const quoted = words.map((word) => `“${word}”`).join(', ');
	const because = quoted === '' ? 'No word speaks clearly' : `${quoted} ${words.length === 1 ? 'speaks' : 'speak'}`;
	const then = second ? `, then ${second.department} (${percent(second.confidence)})` : '';
	return `${because} for ${first.department} (${percent(first.confidence)})${then}.`;
}

/** What the model gives to departments that are not configured counts for the fallback. */
function sumUp(model: Model, probabilities: number[], departments: readonly Department[]) {
	const sums = new Map<string, number>();
	model.departments.forEach((name, i) => {
		const department = departmentOf(name, departments);
		sums.set(department, (sums.get(department) ?? 0) + probabilities[i]);
	});
	return [...sums].map(([department, confidence]) => ({ department, confidence }));
}

function departmentOf(name: string, departments: readonly Department[]): string {
	return findDepartment(departments, name)?.name ?? fallbackName(departments);
}

function percent(share: number): string {
	return `${Math.round(share * 100)} %`;
}
