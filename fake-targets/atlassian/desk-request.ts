import { isRecord, type JsonRecord } from '../../core/json';
import { CLOUD } from './cloud';
import type { TargetAnswer } from '../target';
import { ISSUE_TYPES, PRIORITIES, summaryError, textError } from './fields';
import type { IssueFields } from './issues';

export const SERVICE_DESK_ID = '10';
export const REQUEST_TYPE_ID = '25';

/** The service desk's own shape of a refusal: a message, and the key of its translation. */
export function deskError(status: number, errorMessage: string, i18nKey: string): TargetAnswer {
	return { status, body: { errorMessage, i18nErrorMessage: { i18nKey, parameters: [] } } };
}

export const NO_REQUEST = deskError(404, 'The request you are trying to view does not exist.', 'sd.request.missing');

type Refused = { refused: TargetAnswer };

const isText = (value: unknown): boolean => typeof value === 'string';
const NEW_REQUEST: Record<string, (value: unknown) => boolean> = {
	...{ serviceDeskId: isText, requestTypeId: isText, raiseOnBehalfOf: isText, channel: isText },
	requestFieldValues: isRecord,
	requestParticipants: (value) => Array.isArray(value) && value.every(isText),
	isAdfRequest: (value) => typeof value === 'boolean',
};

/** What a new customer's request is to hold, or how it is refused. */
export function readNewRequest(body: JsonRecord, mayRaiseForOthers: boolean): { fields: IssueFields } | Refused {
	const misfit = misfitOf(body, NEW_REQUEST);
	if (misfit) return { refused: misfit };
	const { serviceDeskId, requestTypeId, requestFieldValues: values = {}, isAdfRequest = false } = body;
	if (serviceDeskId !== SERVICE_DESK_ID) {
		return refused(404, 'The Service Desk you are trying to view does not exist.', 'servicedesk.error.missing');
	}
	if (requestTypeId !== REQUEST_TYPE_ID) {
		return refused(400, 'The request type you are trying to view does not exist.', 'requesttype.error.missing');
	}
	if (Object.hasOwn(body, 'raiseOnBehalfOf')) {
		const said = personRefusal(String(body.raiseOnBehalfOf), mayRaiseForOthers);
		if (said) return said;
	}
	return readValues(values as JsonRecord, isAdfRequest === true);
}

/** Jackson names the first field that it does not know, or cannot read. */
function misfitOf(body: JsonRecord, known: Record<string, (value: unknown) => boolean>): TargetAnswer | null {
	const [name] = Object.entries(body).find(([key, value]) => !Object.hasOwn(known, key) || !known[key](value)) ?? [];
	if (name === undefined) return null;
	const said = Object.hasOwn(known, name)
		? `Can not deserialize the field "${name}"`
		: `Unrecognized field "${name}", not marked as ignorable`;
	return deskError(400, said, 'sd.rest.invalid.payload');
}

function personRefusal(person: string, mayRaiseForOthers: boolean): Refused | null {
	if (!mayRaiseForOthers) {
		return refused(403, 'You do not have permission to raise a request on behalf of others.', 'request.behalf.denied');
	}
	if (/^(?:[^\s@]+@[^\s@]+\.[^\s@]+|[\w:-]{10,128})$/u.test(person)) return null;
	return refused(400, 'The customer the request is raised for does not exist.', 'request.behalf.unknown');
}

/** The request type asks for a summary and a description. */
function readValues(values: JsonRecord, isAdf: boolean): { fields: IssueFields } | Refused {
	const { summary = null, description = null, ...others } = values;
	const unknown = Object.keys(others);
	if (unknown.length > 0) {
		const said = `Your request could not be created. The fields '${unknown.join("', '")}' are not valid for the request type.`;
		return refused(400, said, 'request.create.invalid.fields');
	}
	const errors = [
		['summary', summaryError(summary, CLOUD)],
		['description', description === null ? null : textError(description, isAdf ? 'document' : 'text')],
	].filter(([, error]) => error !== null);
	if (errors.length > 0) {
		const said = errors.map(([name, error]) => `${name}: ${error}`).join(', ');
		return refused(
			400,
			`Your request could not be created. Please check the fields have been filled in correctly. ${said}`,
			'request.create.invalid',
		);
	}
	const text = description as IssueFields['description'];
	const fields = { summary: String(summary), description: text, labels: [], priority: PRIORITIES[2] };
	return { fields: { ...fields, issueType: ISSUE_TYPES[4] } };
}

const NEW_COMMENT: Record<string, (value: unknown) => boolean> = {
	body: isText,
	public: (value) => typeof value === 'boolean',
};

/** A comment and whether the customer sees it, or how it is refused. */
export function readComment(body: JsonRecord): { text: string; isPublic: boolean } | Refused {
	const misfit = misfitOf(body, NEW_COMMENT);
	if (misfit) return { refused: misfit };
	const { body: text, public: isPublic } = body;
	if (typeof isPublic !== 'boolean') return refused(400, 'The field "public" is required.', 'comment.public.required');
	if (typeof text === 'string' && text.trim() !== '' && textError(text, 'text') === null) return { text, isPublic };
	return refused(400, 'The comment body is not valid.', 'comment.body.invalid');
}

function refused(status: number, message: string, key: string): Refused {
	return { refused: deskError(status, message, `sd.${key}`) };
}
