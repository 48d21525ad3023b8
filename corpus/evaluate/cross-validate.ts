import { existsSync } from 'node:fs';
import { UsageError } from '../../service/cli/options';
import { TASK } from '../build-model';
import { calibrate, judge, type Calibration } from '../calibrate';
import { holdOut, type Grouping, type Held } from '../folds';
import type { Judged } from '../measure';
import { readCorpus, type Example } from '../read-corpus';
import { DEPARTMENTS, toSamples, type Labelled } from '../samples';
import { evaluate, type Evaluated, type Evaluation } from './evaluation';

type About = Pick<Evaluation, 'name' | 'meaning'> & { key: Grouping };

const GROUPINGS: About[] = [
	{
		key: 'scenario',
		name: 'By scenario',
		meaning: 'The honest figure: no row is judged by a model that saw another one about the same thing.',
	},
	{
		key: 'industry',
		name: 'By industry',
		meaning:
			'Rows of an industry are judged by a model that saw none of it. It did see their scenarios elsewhere: flattered.',
	},
	{
		key: 'none',
		name: 'Ungrouped',
		meaning: 'Rows are held out one by one, so that near twins are on both sides: flattered, for comparison only.',
	},
];

/** The corpus judged by models that did not see what they judge. @throws UsageError for one that cannot be split */
export function crossValidate(
	folder: string,
	{ quick, progress }: { quick: boolean; progress: (text: string) => void },
): Evaluated {
	const { examples, leftOut } = readExamples(folder);
	const samples = toSamples(examples);
	const groupings = quick ? GROUPINGS.slice(0, 1) : GROUPINGS;
	const evaluations = groupings.map((about) => {
		const say = (text: string): void => progress(`${about.name}: ${text}`);
		return evaluate(judgeSamples(samples, about.key, say), DEPARTMENTS, about);
	});
	const notes = [
		'The honest figure is the one by scenario: new tickets are rarely about what the corpus has word for word.',
	];
	notes.push('Every confidence was calibrated on rows of other folds than the one judged.');
	if (leftOut > 0) notes.push(`Left out for want of a known department: ${leftOut} rows.`);
	return {
		title: `The corpus in cross-validation: ${samples.length} rows`,
		...{ model: 'trained anew for each fold', notes, departments: DEPARTMENTS, evaluations },
	};
}

function readExamples(folder: string): { examples: Example[]; leftOut: number } {
	if (!existsSync(folder)) throw new UsageError(`There is no folder ${folder}`);
	const all = readCorpus(folder);
	const examples = all.filter(({ department }) => DEPARTMENTS.includes(department));
	if (examples.length === 0) throw new UsageError(`${folder} holds no corpus: there is no row with a known department`);
	return { examples, leftOut: all.length - examples.length };
}

function judgeSamples(samples: readonly Labelled[], grouping: Grouping, say: (text: string) => void): Judged[] {
	const held = holdOut(samples, grouping, TASK, (done, folds) => say(`fold ${done} of ${folds}`));
	say('calibrating');
	return judgeHeld(held);
}

/** What is said of each row, its confidence calibrated on the rows of the other folds. */
export function judgeHeld(held: readonly Held[], fit: (rows: readonly Held[]) => Calibration = calibrate): Judged[] {
	// Rows of a fold share the words their model had seen; that set tells folds apart.
	const folds = [...new Set(held.map(({ known }) => known))];
	if (folds.length < 2) throw new UsageError('The corpus has too few scenarios or industries to hold some of them out');
	return folds.flatMap((fold) => {
		const calibration = fit(held.filter(({ known }) => known !== fold));
		const rows = held.filter(({ known, disturbed }) => known === fold && !disturbed);
		return rows.map((row) => judge(row, calibration));
	});
}
