import { isRecord, type JsonRecord } from '../core/json';

/** What is wrong with a record, by attribute, as Zendesk details it. */
export type Details = Record<string, { description: string; error: string }[]>;

const PRIORITIES = ['urgent', 'high', 'normal', 'low'];
const STATUSES = ['new', 'open', 'pending', 'hold', 'solved', 'closed'];
const TYPES = ['problem', 'incident', 'question', 'task'];
const LONGEST_SUBJECT = 255;

/** The attribute that is of another kind than Zendesk takes, or null. What it does not know it leaves out. */
export function wrongAttribute(ticket: JsonRecord): string | null {
	const wanted: [string, (value: unknown) => boolean][] = [
		['comment', isRecord],
		['requester', isRecord],
		['tags', isListOfTexts],
		['subject', isText],
		['description', isText],
		['external_id', isText],
		['group_id', Number.isInteger],
		['requester_id', Number.isInteger],
	];
	const wrong = wanted.find(([name, fits]) => (ticket[name] ?? null) !== null && !fits(ticket[name]));
	return wrong?.[0] ?? null;
}

function isText(value: unknown): boolean {
	return typeof value === 'string';
}

function isListOfTexts(value: unknown): boolean {
	return Array.isArray(value) && value.every(isText);
}

/** @returns no entries where the ticket can be created */
export function createDetails(ticket: JsonRecord): Details {
	const isBlank = commentText(ticket) === '' && String(ticket.description ?? '').trim() === '';
	return {
		...(isBlank && { base: [{ description: 'Description: cannot be blank', error: 'BlankValue' }] }),
		...updateDetails(ticket),
	};
}

/** @returns no entries where the ticket can be changed so */
export function updateDetails(ticket: JsonRecord): Details {
	const { priority, status, type, subject, requester } = ticket;
	return {
		...unlisted('priority', priority, PRIORITIES),
		...unlisted('status', status, STATUSES),
		...unlisted('type', type, TYPES),
		...(typeof subject === 'string' &&
			subject.length > LONGEST_SUBJECT && {
				subject: [{ description: `Subject: is too long (maximum is ${LONGEST_SUBJECT} characters)`, error: 'TooLong' }],
			}),
		...(isRecord(requester) && requesterDetails(requester)),
	};
}

/** The text of a comment, from either of its forms. */
export function commentText({ comment }: JsonRecord): string {
	if (!isRecord(comment)) return '';
	return String(comment.body ?? comment.html_body ?? '').trim();
}

function unlisted(name: string, value: unknown, listed: string[]): Details {
	if ((value ?? null) === null || listed.some((one) => one === value)) return {};
	const title = `${name[0].toUpperCase()}${name.slice(1)}`;
	return { [name]: [{ description: `${title}: is not included in the list`, error: 'InvalidValue' }] };
}

/** Nobody is known yet: whoever asks needs a name and, if any, an address that could be one. */
function requesterDetails({ name, email }: JsonRecord): Details {
	const problems = [
		...(typeof name === 'string' && name.trim() !== ''
			? []
			: [{ description: 'Requester: Name: is too short (minimum is 1 character)', error: 'InvalidValue' }]),
		...(email === undefined || (typeof email === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(email))
			? []
			: [{ description: 'Requester: Email: is not properly formatted', error: 'InvalidFormat' }]),
	];
	return problems.length > 0 ? { requester: problems } : {};
}
