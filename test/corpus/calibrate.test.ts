import { softmax } from '../../core/local/model';
import { calibrate, confidenceOf, isRight } from '../../corpus/calibrate';
import type { Held } from '../../corpus/folds';
import { measure } from '../../corpus/measure';
import { exaggerated } from '../helpers/corpus';

const rawConfidence = ({ scores }: Held): number => Math.max(...softmax(scores));

function calibrationError(held: Held[], sure: (row: Held) => number): number {
	const judged = held.map((row) => ({
		...{ label: 'A', guess: isRight(row) ? 'A' : 'B', confidence: sure(row), language: 'en' },
	}));
	return measure(judged, ['A', 'B']).calibrationError;
}

/** Of "the likeliest department is right". */
function logLoss(held: Held[], sure: (row: Held) => number): number {
	const losses = held.map((row) => -Math.log(Math.max(1e-12, isRight(row) ? sure(row) : 1 - sure(row))));
	return losses.reduce((sum, loss) => sum + loss, 0) / held.length;
}

describe.each([
	['far too sure', 4],
	['far too modest', 0.25],
])('scores that are %s', (_, exaggeration) => {
	const calibration = calibrate(exaggerated(2000, exaggeration, 11));
	const fresh = exaggerated(2000, exaggeration, 23);
	const calibrated = (row: Held): number => confidenceOf(row, calibration);

	test('become honest on rows that the fit has not seen', () => {
		expect(calibrationError(fresh, rawConfidence)).toBeGreaterThan(0.1);
		expect(calibrationError(fresh, calibrated)).toBeLessThanOrEqual(0.05);
	});

	test('lose less', () => {
		expect(logLoss(fresh, calibrated)).toBeLessThan(logLoss(fresh, rawConfidence) - 0.02);
	});

	test('have the temperature that undoes it', () => {
		expect(calibration.temperature / exaggeration).toBeGreaterThan(0.8);
		expect(calibration.temperature / exaggeration).toBeLessThan(1.25);
	});
});

test('the order of the rows does not matter', () => {
	const held = exaggerated(200, 2, 5);
	const [there, back] = [calibrate(held), calibrate([...held].reverse())];
	expect(back.temperature).toBe(there.temperature);
	expect(back.confidence.share).toBeCloseTo(there.confidence.share, 5);
});

test('confidence is never below an even guess, nor above 1', () => {
	const held = exaggerated(300, 3, 31);
	const calibration = calibrate(held);
	const sure = held.map((row) => confidenceOf(row, calibration));
	expect(Math.min(...sure)).toBeGreaterThanOrEqual(1 / 4);
	expect(Math.max(...sure)).toBeLessThanOrEqual(1);
});
