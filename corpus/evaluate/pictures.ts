import { calibrationPicture } from './calibration-picture';
import { confusionPicture } from './confusion-picture';
import { coveragePicture } from './coverage-picture';
import type { Evaluation } from './evaluation';
import type { Picture } from './svg';

export function picturesOf(evaluation: Evaluation): Picture[] {
	const { scores } = evaluation;
	return [confusionPicture(scores), calibrationPicture(scores), coveragePicture(evaluation)];
}
