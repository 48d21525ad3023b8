/** One judged row: what it is, what it was taken for, and how sure that was. */
export interface Judged {
	label: string;
	guess: string;
	/** 0–1 */
	confidence: number;
	language: string;
}

export interface Scores {
	rows: number;
	accuracy: number;
	/** Mean F1 of the departments that have rows. */
	macroF1: number;
	departments: { department: string; rows: number; precision: number; recall: number; f1: number }[];
	/** confusion[label][guess] in the order of `departments`. */
	confusion: number[][];
	/** Mean distance between confidence and accuracy over ten bins, weighted by rows. */
	calibrationError: number;
	/** Ten bins of confidence: mean confidence, accuracy, rows. */
	bins: { confidence: number; accuracy: number; rows: number }[];
	/** For each precision: the share of rows decided above the lowest threshold that reaches it. */
	coverage: { precision: number; threshold: number | null; share: number }[];
}

const PRECISIONS = [0.9, 0.95, 0.98];
const BINS = 10;

export function measure(judged: readonly Judged[], departments: readonly string[]): Scores {
	const confusion = departments.map((label) =>
		departments.map((guess) => judged.filter((row) => row.label === label && row.guess === guess).length),
	);
	const tables = departments.map((department, d) => rates(department, d, confusion));
	const present = tables.filter(({ rows }) => rows > 0);
	const curve = coverageCurve(judged);
	const bins = binsOf(judged);
	return {
		rows: judged.length,
		accuracy: judged.filter(({ label, guess }) => label === guess).length / judged.length,
		macroF1: present.reduce((sum, { f1 }) => sum + f1, 0) / present.length,
		departments: tables,
		confusion,
		calibrationError:
			bins.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.confidence - bin.accuracy), 0) / judged.length,
		bins,
		coverage: PRECISIONS.map((precision) => coverageAt(curve, precision)),
	};
}

function rates(department: string, d: number, confusion: readonly number[][]) {
	const rows = confusion[d].reduce((sum, count) => sum + count, 0);
	const guessed = confusion.reduce((sum, row) => sum + row[d], 0);
	const right = confusion[d][d];
	return {
		department,
		rows,
		precision: guessed === 0 ? 0 : right / guessed,
		recall: rows === 0 ? 0 : right / rows,
		f1: rows + guessed === 0 ? 0 : (2 * right) / (rows + guessed),
	};
}

function binsOf(judged: readonly Judged[]): Scores['bins'] {
	return Array.from({ length: BINS }, (_, b) => {
		const rows = judged.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === b);
		const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
		return {
			rows: rows.length,
			confidence: mean(rows.map(({ confidence }) => confidence)),
			accuracy: mean(rows.map(({ label, guess }) => (label === guess ? 1 : 0))),
		};
	});
}

/** What deciding every row from a threshold on would give. */
export interface CurvePoint {
	threshold: number;
	/** Of all rows. */
	share: number;
	precision: number;
}

/** Surest first: a point for each confidence that occurs, as rows of one confidence are decided together or not at all. */
export function coverageCurve(judged: readonly Judged[]): CurvePoint[] {
	const sorted = [...judged].sort((a, b) => b.confidence - a.confidence);
	const points: CurvePoint[] = [];
	let right = 0;
	sorted.forEach(({ label, guess, confidence }, i) => {
		if (label === guess) right += 1;
		if (sorted[i + 1]?.confidence === confidence) return;
		points.push({ threshold: confidence, share: (i + 1) / sorted.length, precision: right / (i + 1) });
	});
	return points;
}

/** The most rows that can be taken with that precision among them. */
export function coverageAt(curve: readonly CurvePoint[], precision: number): Scores['coverage'][number] {
	const best = curve.filter((point) => point.precision >= precision).at(-1);
	return { precision, threshold: best?.threshold ?? null, share: best?.share ?? 0 };
}
