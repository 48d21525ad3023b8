import type { Counted } from './outcomes';

export interface Totals {
	tickets: number;
	sure: number;
	needsReview: number;
	failed: number;
	confidence: { sum: number; count: number };
}

export interface Summary {
	count(ticket: Counted): void;
	total(): Totals;
	/** A table by department, the busiest first, for a terminal. */
	table(): string;
}

const NO_DEPARTMENT = '(none)';
const HEADINGS = ['Department', 'Tickets', 'Sure', 'Needs review', 'Failed', 'Mean confidence'];

export function createSummary(): Summary {
	const departments = new Map<string, Totals>();
	const all = emptyTotals();
	return {
		count(ticket) {
			const name = ticket.department ?? NO_DEPARTMENT;
			const totals = departments.get(name) ?? emptyTotals();
			departments.set(name, totals);
			for (const each of [totals, all]) add(ticket, each);
		},
		total: () => all,
		table() {
			const rows = [...departments].sort(([x, a], [y, b]) => b.tickets - a.tickets || (x < y ? -1 : 1));
			return layOut([HEADINGS, ...[...rows, ['Total', all] as const].map(([name, totals]) => cells(name, totals))]);
		},
	};
}

function emptyTotals(): Totals {
	return { tickets: 0, sure: 0, needsReview: 0, failed: 0, confidence: { sum: 0, count: 0 } };
}

function add(ticket: Counted, totals: Totals): void {
	totals.tickets += 1;
	if (ticket.status === 'failed') totals.failed += 1;
	else if (ticket.needs_review) totals.needsReview += 1;
	else totals.sure += 1;
	if (ticket.confidence_score === null) return;
	totals.confidence.sum += ticket.confidence_score;
	totals.confidence.count += 1;
}

function cells(name: string, { tickets, sure, needsReview, failed, confidence }: Totals): string[] {
	const mean = confidence.count === 0 ? '-' : (confidence.sum / confidence.count).toFixed(2);
	return [name, ...[tickets, sure, needsReview, failed].map(String), mean];
}

/** Names to the left, numbers to the right. */
function layOut(rows: string[][]): string {
	const widths = HEADINGS.map((_, i) => Math.max(...rows.map((row) => row[i].length)));
	const line = (row: string[]): string =>
		row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
	return rows.map(line).join('\n');
}
