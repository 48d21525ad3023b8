import { rankedAlternatives, roundConfidence, type Classification, type Classifier } from '../classification';
import { fallbackName, findDepartment, type Department } from '../departments';
import type { Ticket } from '../ticket';
import { extractFeatures } from './features';
import { readModel, type Model } from './model';

let shipped: Promise<Model> | undefined;

/** The model that comes with the package; loaded on first use, not when a host starts. */
export function loadShippedModel(): Promise<Model> {
	shipped ??= import('./model.json')
		.then(({ default: file }) => readModel(file))
		.catch((error: unknown) => {
			shipped = undefined;
			throw error;
		});
	return shipped;
}

/** The embedded linear text model: no key, no network, well under a millisecond. */
export function createLocalClassifier(departments: readonly Department[], load = loadShippedModel): Classifier {
	return { name: 'local', classify: async (ticket) => classifyWith(await load(), ticket, departments) };
}

export function classifyWith(model: Model, ticket: Ticket, departments: readonly Department[]): Classification {
	const probabilities = model.predict(extractFeatures(ticket, model.buckets));
	const [first, ...alternatives] = rankedAlternatives(sumUp(model, probabilities, departments), 4);
	const runnerUp = alternatives[0];
	const then = runnerUp ? `, then ${runnerUp.department} (${percent(runnerUp.confidence)})` : '';
	return {
		department: first.department,
		confidence: roundConfidence(first.confidence),
		reasoning: `Closest to the known tickets of ${first.department} (${percent(first.confidence)})${then}.`,
		classifier: 'local',
		model: model.version,
		alternatives,
	};
}

/** What the model gives to departments that are not configured counts for the fallback. */
function sumUp(model: Model, probabilities: number[], departments: readonly Department[]) {
	const sums = new Map<string, number>();
	model.departments.forEach((name, i) => {
		const department = findDepartment(departments, name)?.name ?? fallbackName(departments);
		sums.set(department, (sums.get(department) ?? 0) + probabilities[i]);
	});
	return [...sums].map(([department, confidence]) => ({ department, confidence }));
}

function percent(share: number): string {
	return `${Math.round(share * 100)} %`;
}
