import { coverageCurve, measure, type CurvePoint, type Judged, type Scores } from '../measure';

/** One way of judging and what came of it. */
export interface Evaluation {
	key: string;
	/** As tables and headings name it. */
	name: string;
	/** What the figures say, in a sentence. */
	meaning: string;
	scores: Scores;
	languages: { language: string; scores: Scores }[];
	curve: CurvePoint[];
}

export interface Evaluated {
	title: string;
	/** Which model was judged. */
	model: string;
	/** What a reader has to know to take the figures for what they are. */
	notes: string[];
	departments: string[];
	/** The first is the one to go by. */
	evaluations: Evaluation[];
}

/** The figures of judged rows, of which there has to be one at least. */
export function evaluate(
	judged: readonly Judged[],
	departments: readonly string[],
	about: Pick<Evaluation, 'key' | 'name' | 'meaning'>,
): Evaluation {
	const languages = [...new Set(judged.map(({ language }) => language))].sort();
	return {
		...about,
		scores: measure(judged, departments),
		languages: languages.map((language) => ({
			language,
			scores: measure(
				judged.filter((row) => row.language === language),
				departments,
			),
		})),
		curve: coverageCurve(judged),
	};
}
