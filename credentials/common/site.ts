/**
 * An n8n expression for `$credentials.url` without spaces around it, query, closing slashes and the path of the API that
 * people copy along, of which `api` is a regular expression's source. It cuts what the connectors cut, so that a test asks
 * where deliveries will go.
 */
export function siteOf(api: string): string {
	return `={{ $credentials.url.trim().replace(/[?#].*$/s, "").replace(/\\/+$/, "").replace(/${api}$/i, "").replace(/\\/+$/, "") }}`;
}
