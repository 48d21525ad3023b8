import { readBasic, readBearer } from '../authorization';
import type { TargetAnswer, TargetRequest } from '../target';
import { refusal } from './answers';

/** Refuses whoever may not come in; null lets in. */
export type Authorize = (request: TargetRequest) => TargetAnswer | null;

const LOGIN = { 'www-authenticate': 'OAuth realm="http%3A%2F%2Flocalhost"' };
const LOGIN_FAILED = { ...LOGIN, 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' };
const NOT_AUTHENTICATED: TargetAnswer = {
	status: 401,
	headers: LOGIN,
	body: { message: 'Client must be authenticated to access this resource.', 'status-code': 401 },
};
const MAY_NOT_CREATE = refusal(401, ['You do not have permission to create issues in this project.']);

/** Visitors may be allowed to create issues; of themselves there is nothing to see. */
function refuseVisitor({ path }: TargetRequest): TargetAnswer {
	return path.endsWith('/myself') ? NOT_AUTHENTICATED : MAY_NOT_CREATE;
}

/** A site of Jira Cloud takes an API token as the password of its account, and nothing else. */
export function cloudAuthorization(email: string, apiToken: string, visitor?: TargetAnswer): Authorize {
	return (request) => {
		const { authorization } = request.headers;
		if (authorization === undefined) return visitor ?? refuseVisitor(request);
		// What is no password is taken for the token of an app.
		if (/^bearer\b/iu.test(authorization)) {
			return { status: 403, body: { error: 'Failed to parse Connect Session Auth Token' } };
		}
		const basic = readBasic(request);
		if (basic?.user === email && basic.password === apiToken) return null;
		return { ...NOT_AUTHENTICATED, headers: LOGIN_FAILED };
	};
}

/** Jira Data Center takes a user's password, or a personal access token as Bearer. */
export function serverAuthorization(login: { username: string; password: string; token: string }): Authorize {
	return (request) => {
		if (request.headers.authorization === undefined) return refuseVisitor(request);
		if (readBearer(request) === login.token) return null;
		const basic = readBasic(request);
		if (basic?.user === login.username && basic.password === login.password) return null;
		const body = '<html><head><title>Unauthorized (401)</title></head><body><h1>Unauthorized (401)</h1></body></html>';
		return { status: 401, headers: { ...LOGIN_FAILED, 'content-type': 'text/html;charset=UTF-8' }, body };
	};
}
