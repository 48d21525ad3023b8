import type { Fault } from './faults';
import { modelNotFound, rpc, type Status } from './status';

export interface Refusing {
	model: string;
	/** What RetryInfo says where the fault has one, in seconds. */
	retryDelaySeconds: number;
}

const REFUSALS: Partial<Record<Fault, (context: Refusing) => Status>> = {
	rate_limited: (context) => quotaExceeded('Minute', '15', context),
	rate_limited_day: (context) => quotaExceeded('Day', '1000', context),
	internal: () => ({
		code: 500,
		message:
			'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
		status: 'INTERNAL',
	}),
	unavailable: () => ({
		code: 503,
		message: 'The model is overloaded. Please try again later.',
		status: 'UNAVAILABLE',
	}),
	deadline: () => ({
		code: 504,
		message: 'Deadline expired before operation could complete.',
		status: 'DEADLINE_EXCEEDED',
	}),
	forbidden: () => ({ code: 403, message: 'The caller does not have permission', status: 'PERMISSION_DENIED' }),
	invalid: () => ({ code: 400, message: 'Request contains an invalid argument.', status: 'INVALID_ARGUMENT' }),
	not_found: ({ model }) => modelNotFound(model, 'generateContent'),
};

/** The error a fault consists of, or null where it is of another kind. */
export function refusalOf(fault: Fault | null, context: Refusing): Status | null {
	return (fault && REFUSALS[fault]?.(context)) ?? null;
}

export function hasRetryInfo(fault: Fault | null): boolean {
	return fault === 'rate_limited' || fault === 'rate_limited_day';
}

const QUOTA_METRIC = 'generativelanguage.googleapis.com/generate_content_free_tier_requests';
const RATE_LIMITS_PAGE = 'https://ai.google.dev/gemini-api/docs/rate-limits';

function quotaExceeded(period: 'Minute' | 'Day', quotaValue: string, context: Refusing): Status {
	const { model } = context;
	const retryDelay = duration(context.retryDelaySeconds);
	const quotaId = `GenerateRequestsPer${period}PerProjectPerModel-FreeTier`;
	const violation = {
		quotaMetric: QUOTA_METRIC,
		quotaId,
		quotaDimensions: { location: 'global', model },
		quotaValue,
	};
	return {
		code: 429,
		message: [
			'You exceeded your current quota, please check your plan and billing details. ' +
				`For more information on this error, head to: ${RATE_LIMITS_PAGE}.`,
			`* Quota exceeded for metric: ${QUOTA_METRIC}, limit: ${quotaValue}, model: ${model}`,
			`Please retry in ${retryDelay}.`,
		].join('\n'),
		status: 'RESOURCE_EXHAUSTED',
		details: [
			{ ...rpc('QuotaFailure'), violations: [violation] },
			{ ...rpc('Help'), links: [{ description: 'Learn more about Gemini API quotas', url: RATE_LIMITS_PAGE }] },
			{ ...rpc('RetryInfo'), retryDelay },
		],
	};
}

/** A protobuf duration with nine fractional digits. */
export function duration(seconds: number): string {
	const nanoseconds = BigInt(Math.round(seconds * 1e9));
	return `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}s`;
}
