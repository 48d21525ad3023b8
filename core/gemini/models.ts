import type { ThinkingLevel } from './wire';

export const DEFAULT_GEMINI_MODEL = 'gemini-3.5-flash-lite';

interface Traits {
	/** The least thinking the model can be told to do: sorting tickets needs none. */
	thinkingLevel?: ThinkingLevel;
	/** USD per million tokens, as published in November 2026. */
	price?: { input: number; output: number };
}

const MODELS: Record<string, Traits> = {
	'gemini-3.5-flash-lite': { thinkingLevel: 'minimal', price: { input: 0.3, output: 2.5 } },
	'gemini-3.1-flash-lite': { thinkingLevel: 'minimal', price: { input: 0.25, output: 1.5 } },
	'gemini-3.6-flash': { price: { input: 1.5, output: 7.5 } },
	'gemini-3.8-flash': { thinkingLevel: 'low' },
};

/** What is known of a model by its name, `models/` before it or a version such as `-001` after it. */
export function traitsOf(model: string): Traits {
	const name = model.replace(/^models\//u, '');
	const known = Object.keys(MODELS).find((id) => name.startsWith(id) && /^(?:-\d+)?$/u.test(name.slice(id.length)));
	return known === undefined ? {} : MODELS[known];
}

/** Whether a model takes sampling parameters without complaint. */
export function takesTemperature(model: string): boolean {
	return /^(?:models\/)?gemini-[12]\./u.test(model);
}

/** An estimate in USD, or undefined for a model whose price is not known. */
export function costOf(model: string, inputTokens: number, outputTokens: number): number | undefined {
	const { price } = traitsOf(model);
	return price && (inputTokens * price.input + outputTokens * price.output) / 1e6;
}
