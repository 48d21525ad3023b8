import { createSummary } from '../../../service/cli/summary';

test('tickets are counted by department, the busiest first', () => {
	const summary = createSummary();
	const ticket = { status: 'routed', department: 'IT', confidence_score: 0.9, needs_review: false } as const;
	summary.count({ ...ticket, department: null, status: 'failed', confidence_score: null });
	summary.count(ticket);
	summary.count({ ...ticket, confidence_score: 0.7 });
	summary.count({ ...ticket, status: 'failed', needs_review: true, confidence_score: 0.8 });
	summary.count({
		...ticket,
		department: 'General',
		status: 'needs_review',
		needs_review: true,
		confidence_score: 0.1,
	});
	summary.count({ ...ticket, department: 'General', status: 'dry_run', needs_review: true, confidence_score: 0.2 });
	expect(summary.table().split('\n')).toEqual([
		'Department  Tickets  Sure  Needs review  Failed  Mean confidence',
		'IT                3     2             0       1             0.80',
		'General           2     0             2       0             0.15',
		'(none)            1     0             0       1                -',
		'Total             6     2             2       2             0.54',
	]);
	expect(summary.total().failed).toBe(2);
});
