import type { Evaluated, Evaluation } from './evaluation';

/** For the terminal and for the report; the first column is text, the others are numbers. */
export interface Table {
	caption: string;
	head: string[];
	rows: string[][];
}

/** The evaluations beside each other. */
export function summaryTable({ evaluations }: Evaluated): Table {
	const precisions = evaluations[0].scores.coverage.map(({ precision }) => `Decided at ${percent(precision, 0)}`);
	return {
		caption: 'At a glance',
		head: ['', 'Rows', 'Accuracy', 'Macro-F1', 'Calibration error', ...precisions],
		rows: evaluations.map(({ key, name, scores }) => [
			key === 'scenario' ? `${name} (honest)` : name,
			String(scores.rows),
			percent(scores.accuracy),
			ratio(scores.macroF1),
			ratio(scores.calibrationError),
			...scores.coverage.map(({ share }) => percent(share)),
		]),
	};
}

/** All of one evaluation. */
export function tablesOf({ scores, languages, curve }: Evaluation): Table[] {
	return [
		...[departmentTable(scores), languageTable(languages), confusionTable(scores), coverageTable(scores)],
		cascadeTable(curve),
	];
}

type Scores = Evaluation['scores'];

function departmentTable({ departments }: Scores): Table {
	return {
		caption: 'Departments',
		head: ['Department', 'Rows', 'Precision', 'Recall', 'F1'],
		rows: departments.map(({ department, rows, precision, recall, f1 }) => [
			department,
			String(rows),
			...[precision, recall, f1].map(ratio),
		]),
	};
}

function languageTable(languages: Evaluation['languages']): Table {
	return {
		caption: 'Languages',
		head: ['Language', 'Rows', 'Accuracy', 'Macro-F1', 'Calibration error'],
		rows: languages.map(({ language, scores }) => [
			language,
			String(scores.rows),
			percent(scores.accuracy),
			ratio(scores.macroF1),
			ratio(scores.calibrationError),
		]),
	};
}

function confusionTable({ departments, confusion }: Scores): Table {
	return {
		caption: 'Confusion: rows are what tickets are, columns what they were taken for',
		head: ['', ...departments.map(({ department }) => department)],
		rows: departments.map(({ department }, d) => [department, ...confusion[d].map(String)]),
	};
}

function coverageTable({ coverage }: Scores): Table {
	return {
		caption: 'Coverage: the share of tickets that can be decided with that precision, and from which confidence on',
		head: ['Precision', 'Decided', 'Confidence from'],
		rows: coverage.map(({ precision, share, threshold }) => [
			percent(precision, 0),
			percent(share),
			threshold === null ? 'not reached' : ratio(threshold),
		]),
	};
}

const CUTOFFS = [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99];

function cascadeTable(curve: Evaluation['curve']): Table {
	return {
		caption: 'Cascade: what Gemini need not be asked when the local model decides alone from a cutoff on',
		head: ['Cutoff', 'Calls saved', 'Of these right'],
		rows: CUTOFFS.map((cutoff) => {
			const decided = curve.filter(({ threshold }) => threshold >= cutoff).at(-1);
			return [ratio(cutoff), percent(decided?.share ?? 0), decided ? percent(decided.precision) : 'none decided'];
		}),
	};
}

export function percent(share: number, digits = 1): string {
	return `${(share * 100).toFixed(digits)} %`;
}

export function ratio(value: number): string {
	return value.toFixed(3);
}
