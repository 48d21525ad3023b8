import fc from 'fast-check';
import { DEFAULT_DEPARTMENTS, withFallback, type Department } from '../../../core/departments';
import { classifyWith, createLocalClassifier, loadShippedModel } from '../../../core/local';
import type { Model } from '../../../core/local/model';
import { ticket as anyTicket } from '../../helpers/arbitraries';
import { buildTicket, PROTOTYPE_NAMES } from '../../helpers/tickets';

const named = (...names: string[]): Department[] =>
	names.map((name) => ({ name, description: name, teams: [], examples: [] }));

/** Says the same of every ticket. */
function constant(shares: Record<string, number>): Model {
	const entries = Object.entries(shares);
	return {
		version: 'constant',
		departments: entries.map(([name]) => name),
		buckets: 16,
		predict: () => entries.map(([, share]) => share),
	};
}

const shares = { IT: 0.1, HR: 0.2, Finance: 0.25, Legal: 0.3, General: 0.15 };
const classified = (departments: readonly Department[], model = constant(shares)) =>
	classifyWith(model, buildTicket(), departments);

describe('loading', () => {
	test('waits for the first ticket', async () => {
		let loads = 0;
		const load = async (): Promise<Model> => {
			loads += 1;
			return constant(shares);
		};
		const local = createLocalClassifier(DEFAULT_DEPARTMENTS, load);
		expect([local.name, loads]).toEqual(['local', 0]);
		expect((await local.classify(buildTicket())).model).toBe('constant');
		expect(loads).toBe(1);
	});

	test('happens once for all classifiers, and not on import', async () => {
		let reads = 0;
		jest.resetModules();
		jest.doMock('../../../core/local/model.json', () => {
			reads += 1;
			return jest.requireActual<object>('../../../core/local/model.json');
		});
		const fresh = jest.requireActual<typeof import('../../../core/local')>('../../../core/local');
		const classifiers = [1, 2, 3].map(() => fresh.createLocalClassifier(DEFAULT_DEPARTMENTS));
		expect(reads).toBe(0);
		await Promise.all(classifiers.flatMap((local) => [local.classify(buildTicket()), local.classify(buildTicket())]));
		expect(reads).toBe(1);
		expect(fresh.loadShippedModel()).toBe(fresh.loadShippedModel());
		jest.dontMock('../../../core/local/model.json');
	});

	test('a model that cannot be loaded is an error for the caller', async () => {
		const local = createLocalClassifier(DEFAULT_DEPARTMENTS, () => Promise.reject(new Error('no file')));
		await expect(local.classify(buildTicket())).rejects.toThrow('no file');
	});
});

describe('an answer', () => {
	test('names the likeliest department and the next three', () => {
		expect(classified(DEFAULT_DEPARTMENTS)).toEqual({
			department: 'Legal',
			confidence: 0.3,
			reasoning: 'Closest to the known tickets of Legal (30 %), then Finance (25 %).',
			classifier: 'local',
			model: 'constant',
			alternatives: [
				{ department: 'Finance', confidence: 0.25 },
				{ department: 'HR', confidence: 0.2 },
				{ department: 'General', confidence: 0.15 },
			],
		});
	});

	test('does without alternatives where there is one department', () => {
		expect(classified(named('General'))).toMatchObject({ department: 'General', confidence: 1, alternatives: [] });
		expect(classified(named('General')).reasoning).toBe('Closest to the known tickets of General (100 %).');
	});

	test('is the same for the same ticket', async () => {
		const local = createLocalClassifier(DEFAULT_DEPARTMENTS);
		const ticket = buildTicket();
		expect(await local.classify(ticket)).toEqual(await local.classify(structuredClone(ticket)));
	});

	test('does not quote the ticket and does not depend on the reporter', async () => {
		const local = createLocalClassifier(DEFAULT_DEPARTMENTS);
		const said = await local.classify(buildTicket({ title: 'xyzzy' }));
		expect(JSON.stringify(said)).not.toContain('xyzzy');
		const other = buildTicket({
			title: 'xyzzy',
			email: 'bob@legal.example',
			priority: 'critical',
			source: 'legal',
			metadata: { a: 1 },
		});
		expect(await local.classify(other)).toEqual(said);
	});

	test('is a probability, whatever the ticket says', async () => {
		const model = await loadShippedModel();
		fc.assert(
			fc.property(anyTicket, (ticket) => {
				const { department, confidence, alternatives } = classifyWith(model, ticket, DEFAULT_DEPARTMENTS);
				const all = [{ department, confidence }, ...alternatives];
				expect(all).toHaveLength(4);
				expect(new Set(all.map((one) => one.department)).size).toBe(4);
				expect(all.map((one) => one.confidence)).toEqual(all.map((one) => one.confidence).sort((a, b) => b - a));
				const sum = all.reduce((total, one) => total + one.confidence, 0);
				expect(sum).toBeLessThanOrEqual(1.0003);
				expect(confidence).toBeGreaterThanOrEqual(1 / DEFAULT_DEPARTMENTS.length - 1e-4);
			}),
		);
	});
});

describe('departments of one’s own', () => {
	test('what the model gives to others counts for General', () => {
		expect(classified(named('IT', 'HR', 'General'))).toMatchObject({
			department: 'General',
			confidence: 0.7,
			alternatives: [
				{ department: 'HR', confidence: 0.2 },
				{ department: 'IT', confidence: 0.1 },
			],
		});
	});

	test('names are spelled as configured', () => {
		expect(classified(named('LEGAL', 'General')).alternatives).toEqual([{ department: 'LEGAL', confidence: 0.3 }]);
	});

	test('one the model never saw is never guessed', () => {
		const said = classified(withFallback(named('Marketing', ...PROTOTYPE_NAMES)));
		expect([said.department, said.confidence, said.alternatives]).toEqual(['General', 1, []]);
	});

	test('nothing gets lost: all shares still sum to 1', async () => {
		const model = await loadShippedModel();
		const some = fc.subarray(DEFAULT_DEPARTMENTS.slice(0, 3)).map(withFallback);
		fc.assert(
			fc.property(anyTicket, some, (ticket, departments) => {
				const { confidence, alternatives } = classifyWith(model, ticket, departments);
				const sum = alternatives.reduce((total, one) => total + one.confidence, confidence);
				expect(sum).toBeCloseTo(1, 3);
			}),
		);
	});
});
