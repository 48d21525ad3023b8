import { NEVER_ENOUGH, type Classifiers } from '../core/classify';
import type { Classifier } from '../core/classification';
import type { Department } from '../core/departments';
import { TriageError } from '../core/errors';
import { createGeminiClassifier } from '../core/gemini';
import { createLocalClassifier, type Reader } from '../core/local';
import type { Config } from './config';
import { createAsk, type GeminiAsk } from './gemini/index';
import { logging } from './gemini/logging';
import { createModelCheck, type ModelCheck } from './gemini/model-check';
import type { GeminiSettings } from './gemini/settings';
import type { CallWatch } from './health';
import type { Logger } from './logger';
import type { Metrics } from './metrics';
import { createSend } from './send';
import type { Limits } from './store/limits';
import type { Turnstile } from './targets/turnstile';

export interface ServiceClassifiers {
	classifiers: Classifiers;
	/** What an operator has to put right about Gemini, or null. */
	geminiProblem(): string | null;
	close(): Promise<void>;
}

export interface ClassifierDeps {
	departments: readonly Department[];
	openModel: () => Promise<Reader>;
	metrics: Metrics;
	/** Hears how calls to Gemini went; null without Gemini. */
	watch: CallWatch | null;
	/** Where Gemini's budgets are counted. */
	counts: Limits;
	/** Where other processes ask Gemini, too. */
	turnstile: Turnstile | null;
	log: Logger;
	now: () => number;
}

/** The local model always; Gemini where there is a key, for all tickets or for those the local model is unsure of. */
export async function createClassifiers(config: Config, deps: ClassifierDeps): Promise<ServiceClassifiers> {
	const { departments } = deps;
	const local = createLocalClassifier(departments, deps.openModel);
	const { gemini } = config;
	if (!gemini) {
		const classifiers = { local, cutoff: NEVER_ENOUGH, fallBack: true, departments };
		return { classifiers, geminiProblem: () => null, close: () => Promise.resolve() };
	}
	const ask = askWith(gemini, deps);
	const check = checkModel(gemini, deps);
	const { model } = await deps.openModel();
	const cutoff = gemini.mode === 'gemini' ? NEVER_ENOUGH : (gemini.cutoff ?? model.cutoff ?? NEVER_ENOUGH);
	const classifier = watched(createGeminiClassifier({ ask: ask.ask, redact: gemini.redact }), deps);
	return {
		classifiers: { local, gemini: classifier, cutoff, fallBack: true, departments },
		geminiProblem: check.problem,
		async close() {
			ask.close();
			await check.stop();
		},
	};
}

function askWith(settings: GeminiSettings, deps: ClassifierDeps): GeminiAsk {
	const { departments, metrics, counts, turnstile, log, now } = deps;
	const common = { departments, counts, turnstile, now, random: Math.random };
	const observe = logging(metrics.gemini, log);
	const ask = createAsk({ access: settings, limits: settings.limits, observe, ...common });
	metrics.gemini.watch(ask.state, ask.budgets);
	return ask;
}

/** Gemini’s own address is the one outside of mappings that may be private: it is the operator who sets it. */
function checkModel(settings: GeminiSettings, { log, now }: ClassifierDeps): ModelCheck & { stop(): Promise<void> } {
	const { hostname } = new URL(settings.baseUrl);
	const outgoing = createSend({ allowedPrivateHosts: [hostname], timeoutMs: settings.limits.timeoutMs });
	const check = createModelCheck({ access: settings, send: outgoing.send, log, now });
	check.start();
	const stop = async (): Promise<void> => {
		check.stop();
		await outgoing.close();
	};
	return { ...check, stop };
}

/** An answer that cannot be used shows that Gemini is there; a refusal or none does not. Without one the local model decides. */
function watched(classifier: Classifier, { watch, metrics }: ClassifierDeps): Classifier {
	return {
		name: classifier.name,
		async classify(ticket) {
			try {
				const classification = await classifier.classify(ticket);
				watch?.record(true);
				metrics.gemini.answer();
				return classification;
			} catch (error) {
				watch?.record(error instanceof TriageError && error.code === 'unreadable');
				if (error instanceof TriageError) metrics.gemini.fallback(error.code);
				throw error;
			}
		},
	};
}
