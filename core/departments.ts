export interface Department {
	name: string;
	/** What the department takes care of, in words a newcomer understands. */
	description: string;
	/** Teams within it; the first is the default assignee. */
	teams: string[];
	/** A few typical tickets, one line each. */
	examples: string[];
}

/** Where tickets go that nobody else owns, and where unsure ones wait. */
export const FALLBACK_DEPARTMENT = 'General';

export const DEFAULT_DEPARTMENTS: readonly Department[] = [
	{
		name: 'IT',
		description:
			'Devices, accounts and forgotten passwords, software, network, printers, access to applications and folders.',
		teams: ['IT Support'],
		examples: ['VPN drops every ten minutes', 'I forgot my password', 'The payroll system shows an error page'],
	},
	{
		name: 'HR',
		description:
			'Pay slips and salary, leave, benefits, employment contracts, training, recruiting, conflicts between people.',
		teams: ['People Operations'],
		examples: [
			'How many days of leave do I have left?',
			'My pay slip is missing the overtime',
			'I want to report a conflict with my manager',
		],
	},
	{
		name: 'Finance',
		description: 'Invoices, payments, travel expenses, budgets, purchase orders, company cards, taxes of the company.',
		teams: ['Accounting'],
		examples: ['Invoice 4711 was paid twice', 'When are my travel costs reimbursed?', 'The law firm sent its bill'],
	},
	{
		name: 'Facilities',
		description: 'Rooms, heating, light, water, lifts, cleaning, furniture, parking, locks, catering, moves, post.',
		teams: ['Building Services'],
		examples: ['The heating in room 204 is off', 'A car blocks the loading bay', 'The badge reader at gate B is dead'],
	},
	{
		name: 'Legal',
		description: 'Contracts, confidentiality agreements, trademarks, disputes, data-protection law, regulators.',
		teams: ['Legal Counsel'],
		examples: ['Please review this NDA', 'A customer asks for all data we hold on him', 'We received a court letter'],
	},
	{
		name: 'Security',
		description: 'Phishing, malware, stolen or lost devices and badges, leaked data, intruders, threats.',
		teams: ['Security Operations'],
		examples: [
			'I clicked a link in a strange mail',
			'My laptop was stolen on the train',
			'Someone unknown is in the server room',
		],
	},
	{
		name: FALLBACK_DEPARTMENT,
		description: 'Everything no other department owns, or that does not say enough to tell.',
		teams: ['Service Desk'],
		examples: ['Thanks for your help!', 'I am out of office until Monday', 'It does not work again'],
	},
];

/** The department of that name, whatever its case, or undefined. */
export function findDepartment(departments: readonly Department[], name: string): Department | undefined {
	const wanted = name.trim().toLowerCase();
	return departments.find((department) => department.name.toLowerCase() === wanted);
}

/** The fallback as the list spells it. */
export function fallbackName(departments: readonly Department[]): string {
	return findDepartment(departments, FALLBACK_DEPARTMENT)?.name ?? FALLBACK_DEPARTMENT;
}

/** The departments with the fallback among them: a list of one's own may leave it out. */
export function withFallback(departments: readonly Department[]): readonly Department[] {
	if (findDepartment(departments, FALLBACK_DEPARTMENT)) return departments;
	return [...departments, DEFAULT_DEPARTMENTS[DEFAULT_DEPARTMENTS.length - 1]];
}
