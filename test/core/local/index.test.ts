import fc from 'fast-check';
import { DEFAULT_DEPARTMENTS, withFallback, type Department } from '../../../core/departments';
import { classifyWith, createLocalClassifier, createReader, loadShippedReader, type Reader } from '../../../core/local';
import { indexConcepts } from '../../../core/local/concepts';
import { bucketsOfWord } from '../../../core/local/features';
import { ticket as anyTicket } from '../../helpers/arbitraries';
import { buildTicket, PROTOTYPE_NAMES, rejectionOf } from '../../helpers/tickets';

const named = (...names: string[]): Department[] =>
	names.map((name) => ({ name, description: name, teams: [], examples: [] }));

/** Says the same of every ticket; each word of `telling` speaks for the department of that number. */
function constant(shares: Record<string, number>, telling: Record<string, number> = {}): Reader {
	const entries = Object.entries(shares);
	const values = entries.map(([, share]) => share);
	const buckets = 2 ** 17;
	const spoken = new Map(Object.entries(telling).map(([word, d]) => [bucketsOfWord(word, buckets)[0], d]));
	const model = {
		...{ version: 'constant', departments: entries.map(([name]) => name), buckets, cutoff: null },
		scores: () => values,
		lean: (bucket: number, department: number) => (spoken.get(bucket) === department ? 1 : 0),
		predict: () => values,
	};
	return { model, concepts: indexConcepts({}) };
}

const shares = { IT: 0.1, HR: 0.2, Finance: 0.25, Legal: 0.3, General: 0.15 };
const classified = (departments: readonly Department[], reader = constant(shares)) =>
	classifyWith(reader, buildTicket(), departments);

describe('loading', () => {
	test('waits for the first ticket', async () => {
		let loads = 0;
		const load = async (): Promise<Reader> => {
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
		expect(fresh.loadShippedReader()).toBe(fresh.loadShippedReader());
		jest.dontMock('../../../core/local/model.json');
	});

	test('a damaged model file is a misconfiguration', async () => {
		const { default: file } = await import('../../../core/local/model.json');
		expect(await rejectionOf(createReader({ ...file, weights: 'AAAA' }))).toMatchObject({ code: 'misconfigured' });
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
			reasoning: 'No word speaks clearly for Legal (30 %), then Finance (25 %).',
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
		expect(classified(named('General')).reasoning).toBe('No word speaks clearly for General (100 %).');
	});

	test('is the same for the same ticket', async () => {
		const local = createLocalClassifier(DEFAULT_DEPARTMENTS);
		const ticket = buildTicket();
		expect(await local.classify(ticket)).toEqual(await local.classify(structuredClone(ticket)));
	});

	test('quotes the words that speak for it, as the ticket writes them', () => {
		const reasonFor = (telling: Record<string, number>, departments = DEFAULT_DEPARTMENTS): string =>
			classified(departments, constant(shares, telling)).reasoning;
		expect(reasonFor({ printer: 3 })).toBe('“Printer” speaks for Legal (30 %), then Finance (25 %).');
		expect(reasonFor({ printer: 3, stops: 3, jammed: 1 })).toMatch(/^“stops”, “Printer” speak for Legal /u);
		// HR alone is likelier than each that counts for General, but General won, so its words are the reason.
		const own = { HR: 0.4, Finance: 0.3, Legal: 0.2, IT: 0.1 };
		const said = classified(named('HR', 'General'), constant(own, { printer: 0, jammed: 1 }));
		expect(said).toMatchObject({ department: 'General', confidence: 0.6 });
		expect(said.reasoning).toMatch(/^“jammed” speaks for General/u);
	});

	test('does not depend on the reporter', async () => {
		const local = createLocalClassifier(DEFAULT_DEPARTMENTS);
		const reporter = { email: 'bob@legal.example', source: 'legal', metadata: { a: 1 } };
		const said = await local.classify(buildTicket());
		expect(await local.classify(buildTicket({ ...reporter, priority: 'critical' }))).toEqual(said);
	});

	test('is a distribution over all departments, whatever the ticket says', async () => {
		const reader = await loadShippedReader();
		fc.assert(
			fc.property(anyTicket, (ticket) => {
				// Of seven, an answer names four; with three configured it names them all.
				const few = DEFAULT_DEPARTMENTS.filter(({ name }) => ['IT', 'HR', 'General'].includes(name));
				const { confidence, alternatives } = classifyWith(reader, ticket, few);
				const all = [confidence, ...alternatives.map((one) => one.confidence)];
				expect(all).toHaveLength(3);
				expect(all.every((one) => one >= 0 && one <= 1)).toBe(true);
				expect(Math.max(...all)).toBe(confidence);
				expect(all.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 3);
			}),
		);
	});

	test('is a probability, whatever the ticket says', async () => {
		const reader = await loadShippedReader();
		fc.assert(
			fc.property(anyTicket, (ticket) => {
				const { department, confidence, alternatives } = classifyWith(reader, ticket, DEFAULT_DEPARTMENTS);
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
		const reader = await loadShippedReader();
		const some = fc.subarray(DEFAULT_DEPARTMENTS.slice(0, 3)).map(withFallback);
		fc.assert(
			fc.property(anyTicket, some, (ticket, departments) => {
				const { confidence, alternatives } = classifyWith(reader, ticket, departments);
				const sum = alternatives.reduce((total, one) => total + one.confidence, confidence);
				expect(sum).toBeCloseTo(1, 3);
			}),
		);
	});
});
