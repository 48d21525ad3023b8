import type { Priority } from '../core/ticket';

/** One text a department that nobody could take for another's. */
const TEXTS: Record<string, [string, string]> = {
	IT: ['VPN drops every ten minutes', 'The VPN client on my laptop disconnects and asks for my password again.'],
	HR: [
		'Parental leave from May',
		'Please tell me which form I need for my parental leave and how my vacation is counted.',
	],
	Finance: [
		'Invoice was paid twice',
		'The invoice of our supplier was paid twice: please ask for a refund of the payment.',
	],
	Facilities: ['Heating is cold in room 204', 'The heating in our office stays cold and the window does not close.'],
	Legal: [
		'Contract needs a review',
		'Please review the non-disclosure agreement and the liability clause of this contract.',
	],
	Security: [
		'Lost badge and laptop',
		'My access badge was stolen with my laptop: please block both and check for a breach.',
	],
};
const DEPARTMENTS = Object.keys(TEXTS);

/** Which department's tickets, from which priority on, each system gets: two systems share three of the departments. */
const ROUTES: Record<string, [string, Priority]> = {
	jira: ['IT', 'low'],
	slack: ['IT', 'high'],
	freshservice: ['HR', 'low'],
	teams: ['HR', 'high'],
	zendesk: ['Finance', 'low'],
	http: ['Finance', 'high'],
	jira_service_management: ['Facilities', 'low'],
	servicenow: ['Legal', 'low'],
	jira_server: ['Security', 'low'],
};

export function reachedBy(system: string): { department: string; priority_threshold: Priority } {
	const [department, priority_threshold] = ROUTES[system];
	return { department, priority_threshold };
}

/** The i-th of as many tickets as wanted: departments and priorities take turns. */
export function clearTicket(i: number): Record<string, string> {
	const [title, description] = TEXTS[DEPARTMENTS[i % DEPARTMENTS.length]];
	const priority = Math.floor(i / DEPARTMENTS.length) % 2 === 0 ? 'low' : 'high';
	return { title: `${title} (${i})`, description, email: 'ana@example.com', priority };
}
