export type Route = { kind: 'generate' | 'model'; model: string } | { kind: 'models'; query: URLSearchParams };

/** Which method of the API a request calls, or null: Google's front end knows no other. */
export function matchRoute(method: string, target: string): Route | null {
	const url = parse(target);
	if (!url) return null;
	const { pathname, searchParams } = url;
	if (method === 'GET' && pathname === '/v1beta/models') return { kind: 'models', query: searchParams };
	const [, segment = '', verb] = /^\/v1beta\/models\/([^/:]+)(?::([^/:]+))?$/u.exec(pathname) ?? [];
	const model = decoded(segment);
	if (model === '') return null;
	if (method === 'GET' && verb === undefined) return { kind: 'model', model };
	return method === 'POST' && verb === 'generateContent' ? { kind: 'generate', model } : null;
}

function parse(target: string): URL | null {
	const address = `http://localhost${target}`;
	return URL.canParse(address) ? new URL(address) : null;
}

function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return '';
	}
}

const SYSTEM_PARAMETERS = ['alt', '$alt', 'prettyPrint', 'fields', 'quotaUser', '$.xgafv'];

/** A query parameter that the method does not have. */
export function unknownParameter(route: Route, target: string): string | undefined {
	const own = route.kind === 'models' ? ['pageSize', 'pageToken'] : [];
	return [...(parse(target)?.searchParams.keys() ?? [])].find((name) => ![...own, ...SYSTEM_PARAMETERS].includes(name));
}
