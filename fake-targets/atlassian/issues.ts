import type { JsonRecord } from '../../core/json';
import type { HeldTicket } from '../target';
import { ticketIdIn, ticketIdOfLabel } from '../ticket-id';
import { textOfDocument } from './adf';
import type { Named } from './fields';

/** A ticket that a Jira holds; `id` is its key. */
export interface Issue extends HeldTicket {
	/** Its number across all projects. */
	issueId: string;
	project: Named & { key: string };
	fields: IssueFields;
	/** Milliseconds since 1970. */
	createdAt: number;
}

export interface IssueFields {
	summary: string;
	/** As it was sent: rich text, wiki markup, or none. */
	description: JsonRecord | string | null;
	labels: string[];
	issueType: Named;
	priority: Named;
}

export interface IssuesOptions {
	/** How long a new issue stays hidden from searches; 0 by default. */
	indexLagMs?: number;
	/** Milliseconds since 1970. */
	now?: () => number;
}

export interface Issues {
	readonly all: readonly Issue[];
	add(project: Issue['project'], fields: IssueFields, body: unknown): Issue;
	/** By key or number. */
	find(name: string): Issue | undefined;
	/** What a search sees, newest first: also the youngest of those whose numbers are given. */
	indexed(reconciled?: readonly string[]): Issue[];
}

export function createIssues({ indexLagMs = 0, now = Date.now }: IssuesOptions): Issues {
	const all: Issue[] = [];
	const byName = new Map<string, Issue>();
	const numbers: Record<string, number> = {};
	return {
		all,
		add(project, fields, body) {
			const number = (numbers[project.key] = (numbers[project.key] ?? 0) + 1);
			const issue: Issue = {
				...{ id: `${project.key}-${number}`, issueId: String(10_000 + all.length), project, fields, body },
				...{ ticketId: ticketIdOf(fields), comments: [], createdAt: now() },
			};
			all.push(issue);
			byName.set(issue.id, issue).set(issue.issueId, issue);
			return issue;
		},
		find: (name) => byName.get(name),
		indexed(reconciled = []) {
			const until = now() - indexLagMs;
			return all.filter(({ createdAt, issueId }) => createdAt <= until || reconciled.includes(issueId)).reverse();
		},
	};
}

function ticketIdOf({ labels, description }: IssueFields): string {
	return labels.map(ticketIdOfLabel).find((id) => id !== '') ?? ticketIdIn(descriptionText(description));
}

export function descriptionText(description: IssueFields['description']): string {
	return typeof description === 'string' ? description : textOfDocument(description);
}
