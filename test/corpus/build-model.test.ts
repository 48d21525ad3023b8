import { DEFAULT_DEPARTMENTS } from '../../core/departments';
import { classifyWith, createReader } from '../../core/local';
import { decodeBase64 } from '../../core/local/base64';
import { readModel } from '../../core/local/model';
import { buildModel } from '../../corpus/build-model';
import { confidenceOf, isRight } from '../../corpus/calibrate';
import { BUCKETS, DEPARTMENTS, toSamples } from '../../corpus/samples';
import { tinyCorpus } from '../helpers/corpus';
import { buildTicket } from '../helpers/tickets';

const examples = tinyCorpus();
const progress: string[] = [];
const { file, held } = buildModel(examples, (done, folds) => progress.push(`${done}/${folds}`));

test('the file can be read, and knows the rows it was made of', async () => {
	expect(readModel(file)).toMatchObject({ version: file.version, departments: DEPARTMENTS, buckets: BUCKETS });
	const reader = await createReader(file);
	const guesses = examples.map(({ title, description }) => {
		const ticket = buildTicket({ title, description });
		return classifyWith(reader, ticket, DEFAULT_DEPARTMENTS).department;
	});
	expect(guesses).toEqual(examples.map(({ department }) => department));
});

test('the same examples give the same bytes', () => {
	const again = buildModel(tinyCorpus());
	expect(JSON.stringify(again.file)).toBe(JSON.stringify(file));
	expect(file.version).toMatch(/^local-[0-9a-f]{8}$/u);
});

test('other examples give another version', () => {
	expect(buildModel(examples.slice(4)).file.version).not.toBe(file.version);
});

test('known words are exactly those of the examples', () => {
	const bits = decodeBase64(file.knownWords);
	const known = Array.from({ length: BUCKETS }, (_, bucket) => bucket).filter(
		(bucket) => (bits[bucket >> 3] >> (bucket & 7)) & 1,
	);
	const words = new Set(toSamples(examples).flatMap(({ features }) => features.wordBuckets));
	expect(known).toEqual([...words].sort((a, b) => a - b));
});

test('every row is held out once, and progress is told', () => {
	expect(held.map(({ sample }) => sample.example.title).sort()).toEqual(examples.map(({ title }) => title).sort());
	expect(progress).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
});

test('weights use the bytes they have, and the file stays below 2 MB', () => {
	const bytes = new Int8Array(decodeBase64(file.weights).buffer);
	expect(bytes).toHaveLength(BUCKETS * DEPARTMENTS.length);
	expect(Math.max(...new Set(bytes.map(Math.abs)))).toBe(127);
	expect(JSON.stringify(file, null, '\t').length).toBeLessThanOrEqual(2_000_000);
});

test('from the cutoff on, 95 of 100 held-out rows were right', () => {
	const sure = held.filter((row) => confidenceOf(row, file) >= (file.cutoff ?? 2));
	expect(sure.length > 0).toBe(file.cutoff !== null);
	expect(sure.filter(isRight).length).toBeGreaterThanOrEqual(0.95 * sure.length);
});

test('where 95 of 100 are never right there is no cutoff', () => {
	const senseless = examples.map((row, i) => ({ ...row, department: i % 2 === 0 ? 'HR' : 'Legal' }));
	expect(buildModel(senseless).file.cutoff).toBeNull();
});
