import { badRequest, type Status } from './status';

const ALL_LEVELS = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'];

/** The models that are offered unless others are named, and the thinking levels that they know. */
const LEVELS: Record<string, string[]> = {
	'gemini-3.5-flash-lite': ALL_LEVELS,
	'gemini-3.1-flash-lite': ALL_LEVELS,
	'gemini-3.5-flash': ALL_LEVELS,
	'gemini-3.8-flash': ['LOW', 'MEDIUM', 'HIGH'],
};

export const DEFAULT_MODELS: readonly string[] = Object.keys(LEVELS);

export function thinkingLevels(id: string): string[] {
	return Object.hasOwn(LEVELS, id) ? LEVELS[id] : ALL_LEVELS;
}

/** Embedding models are listed like others, but generate nothing. */
export function generates(id: string): boolean {
	return !id.includes('embedding');
}

/** A model as `GET /v1beta/models/{id}` shows it. */
export function describeModel(id: string) {
	return {
		name: `models/${id}`,
		version: '001',
		displayName: id
			.split('-')
			.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
			.join(' '),
		inputTokenLimit: 1_048_576,
		outputTokenLimit: 65_536,
		supportedGenerationMethods: generates(id)
			? ['generateContent', 'countTokens', 'createCachedContent', 'batchGenerateContent']
			: ['embedContent'],
		temperature: 1,
		topP: 0.95,
		topK: 64,
		maxTemperature: 2,
		...(generates(id) && { thinking: true }),
	};
}

interface Page {
	models: ReturnType<typeof describeModel>[];
	nextPageToken?: string;
}

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 1000;

/** A page of the models; parameters that are none of the list's are refused. */
export function listModels(ids: readonly string[], query: URLSearchParams): Page | Status {
	const sizeText = query.get('pageSize') ?? '0';
	const token = query.get('pageToken') ?? '';
	const size = Number(sizeText);
	if (!/^-?\d{1,10}$/u.test(sizeText)) return refused('page_size', `(TYPE_INT32), ${JSON.stringify(sizeText)}`);
	if (size < 0) return refused('page_size', 'must not be negative');
	const start = token === '' ? 0 : Number(Buffer.from(token, 'base64url').toString());
	if (!Number.isInteger(start) || (token !== '' && (start <= 0 || start >= ids.length))) {
		return refused('page_token', 'is not one that this list gave');
	}
	const end = start + (size === 0 ? DEFAULT_PAGE : Math.min(size, LARGEST_PAGE));
	const nextPageToken = end < ids.length ? Buffer.from(String(end)).toString('base64url') : undefined;
	return { models: ids.slice(start, end).map(describeModel), ...(nextPageToken && { nextPageToken }) };
}

function refused(field: string, why: string): Status {
	const description = `Invalid value at '${field}' ${why}`;
	return badRequest(description, [{ field, description }]);
}
