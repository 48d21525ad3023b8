import { z } from 'zod';
import { DEFAULT_GEMINI_MODEL } from '../../core/gemini/models';
import { DEFAULT_GEMINI_BASE_URL } from '../../core/gemini/request';
import { flag, number, whole } from '../environment-fields';

/** Environment variables about Gemini. */
export const geminiFields = {
	GEMINI_API_KEY: z.string().optional(),
	GOOGLE_API_KEY: z.string().optional(),
	GEMINI_MODEL: z
		.string()
		.regex(/^[\w./-]+$/, `must be a model name such as ${DEFAULT_GEMINI_MODEL}`)
		.default(DEFAULT_GEMINI_MODEL),
	GEMINI_BASE_URL: z
		.url({ protocol: /^https?$/, error: 'must be an http(s) address' })
		.default(DEFAULT_GEMINI_BASE_URL),
	CLASSIFIER: z.enum(['cascade', 'gemini', 'local']).optional(),
	CASCADE_CUTOFF: number(0, 1).optional(),
	GEMINI_REDACTION: flag().default(true),
	GEMINI_TIMEOUT_MS: whole(100, 600_000).default(15_000),
	GEMINI_MAX_ATTEMPTS: whole(1, 20).default(4),
	GEMINI_MAX_WAIT_MS: whole(0, 600_000).default(60_000),
	GEMINI_CONCURRENCY: whole(1, 64).default(16),
	GEMINI_BATCH_SIZE: whole(1, 16).default(8),
	GEMINI_REQUESTS_PER_MINUTE: whole(1, 1e6).optional(),
	GEMINI_REQUESTS_PER_DAY: whole(1, 1e9).optional(),
	GEMINI_TOKENS_PER_MINUTE: whole(1, 1e9).optional(),
	GEMINI_TOKENS_PER_DAY: whole(1, 1e12).optional(),
	GEMINI_CACHE_ENTRIES: whole(0, 1e6).default(10_000),
	GEMINI_CACHE_TTL_S: whole(1, 31_536_000).default(3600),
};

type Fields = z.infer<z.ZodObject<typeof geminiFields>>;

export interface GeminiLimits {
	/** Requests under way at once. */
	concurrency: number;
	/** Tickets in one request, where several wait. */
	batchSize: number;
	timeoutMs: number;
	/** Tries of one request in all. */
	maxAttempts: number;
	/** Longer than this no ticket waits for a quota: the local model decides. */
	maxWaitMs: number;
	requestsPerMinute?: number;
	requestsPerDay?: number;
	tokensPerMinute?: number;
	tokensPerDay?: number;
	/** 0: no cache. */
	cacheEntries: number;
	cacheTtlMs: number;
}

export interface GeminiSettings {
	apiKey: string;
	model: string;
	baseUrl: string;
	/** cascade: only tickets the local model is unsure of. */
	mode: 'cascade' | 'gemini';
	/** In place of the local model's own. */
	cutoff: number | null;
	redact: boolean;
	limits: GeminiLimits;
}

/** Null where the local model is to decide alone. */
export function toGeminiSettings(env: Fields): GeminiSettings | null {
	const apiKey = geminiKey(env);
	if (!apiKey || env.CLASSIFIER === 'local') return null;
	return {
		apiKey,
		model: env.GEMINI_MODEL,
		baseUrl: env.GEMINI_BASE_URL,
		mode: env.CLASSIFIER ?? 'cascade',
		cutoff: env.CASCADE_CUTOFF ?? null,
		redact: env.GEMINI_REDACTION,
		limits: {
			concurrency: env.GEMINI_CONCURRENCY,
			batchSize: env.GEMINI_BATCH_SIZE,
			timeoutMs: env.GEMINI_TIMEOUT_MS,
			maxAttempts: env.GEMINI_MAX_ATTEMPTS,
			maxWaitMs: env.GEMINI_MAX_WAIT_MS,
			requestsPerMinute: env.GEMINI_REQUESTS_PER_MINUTE,
			requestsPerDay: env.GEMINI_REQUESTS_PER_DAY,
			tokensPerMinute: env.GEMINI_TOKENS_PER_MINUTE,
			tokensPerDay: env.GEMINI_TOKENS_PER_DAY,
			cacheEntries: env.GEMINI_CACHE_ENTRIES,
			cacheTtlMs: env.GEMINI_CACHE_TTL_S * 1000,
		},
	};
}

/** What is wrong with these together. */
export function geminiProblems(env: Fields): string[] {
	const needsKey = env.CLASSIFIER === 'gemini' || env.CLASSIFIER === 'cascade';
	return needsKey && !geminiKey(env) ? [`CLASSIFIER: ${env.CLASSIFIER} needs GEMINI_API_KEY`] : [];
}

function geminiKey(env: Fields): string | undefined {
	return env.GEMINI_API_KEY ?? env.GOOGLE_API_KEY;
}
