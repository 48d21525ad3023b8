import { evaluate } from '../../corpus/evaluate/evaluation';
import { tablesOf } from '../../corpus/evaluate/tables';
import type { Judged } from '../../corpus/measure';

const row = (confidence: number, right: boolean): Judged => ({
	...{ label: 'A', guess: right ? 'A' : 'B', confidence, language: 'en' },
});

test('the cascade: for each cutoff the calls saved, and how many of these tickets are right', () => {
	const judged = [row(0.99, true), row(0.92, true), row(0.9, false), row(0.55, false)];
	const evaluated = evaluate(judged, ['A', 'B'], { key: 'k', name: 'n', meaning: 'm' });
	const cascade = tablesOf(evaluated).find(({ head }) => head[0] === 'Cutoff')!;
	const at = (cutoff: string): string[] => cascade.rows.find(([value]) => value === cutoff)!;
	expect(at('0.500')).toEqual(['0.500', '100.0 %', '50.0 %']);
	expect(at('0.600')).toEqual(['0.600', '75.0 %', '66.7 %']);
	expect(at('0.900')).toEqual(['0.900', '75.0 %', '66.7 %']);
	expect(at('0.925')).toEqual(['0.925', '25.0 %', '100.0 %']);
});

test('a cutoff that nothing reaches decides nothing', () => {
	const evaluated = evaluate([row(0.4, true)], ['A', 'B'], { key: 'k', name: 'n', meaning: 'm' });
	expect(tablesOf(evaluated).at(-1)!.rows.at(-1)).toEqual(['0.990', '0.0 %', 'none decided']);
});
