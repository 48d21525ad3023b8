import { corrected, decide, type Policy } from '../../core/decide';
import { DEFAULT_DEPARTMENTS, type Department } from '../../core/departments';
import { buildClassification, buildTicket } from '../helpers/tickets';

const policy: Policy = { departments: DEFAULT_DEPARTMENTS, threshold: 0.6 };
const only = (...names: string[]): Department[] =>
	names.map((name) => ({ name, description: name, teams: [], examples: [] }));

test('a sure classification is acted on', () => {
	expect(decide(buildTicket(), buildClassification({ confidence: 0.9 }), policy)).toEqual({
		department: 'IT',
		needsReview: false,
		effectivePriority: 'medium',
		reasons: ['confidence 0.90 for IT reaches the threshold 0.60'],
	});
});

test('an unsure one goes to General and to a person', () => {
	expect(decide(buildTicket(), buildClassification({ confidence: 0.59 }), policy)).toEqual({
		department: 'General',
		needsReview: true,
		effectivePriority: 'medium',
		reasons: ['confidence 0.59 for IT is below the threshold 0.60'],
	});
});

test.each([
	[0.6, 0.6, false],
	[0.6 - 1e-9, 0.6, true],
	[0, 0, false],
	[1, 1, false],
	[0.9999, 1, true],
])('confidence %d at threshold %d: review %s', (confidence, threshold, needsReview) => {
	expect(decide(buildTicket(), buildClassification({ confidence }), { ...policy, threshold }).needsReview).toBe(
		needsReview,
	);
});

test('the department is spelled as configured', () => {
	const classification = buildClassification({ department: ' hr ' });
	expect(decide(buildTicket(), classification, policy).department).toBe('HR');
});

test.each(['Marketing', '', '__proto__', 'constructor'])('%j is never guessed into a department', (department) => {
	const decision = decide(buildTicket(), buildClassification({ department, confidence: 1 }), policy);
	expect(decision).toMatchObject({ department: 'General', needsReview: true });
	expect(decision.reasons).toEqual(['the classifier named a department that is not configured']);
});

test('a rule sets the department and raises the priority, however sure the classifier is', () => {
	const ticket = buildTicket({ title: 'Smell of gas', priority: 'low' });
	const decision = decide(ticket, buildClassification({ department: 'HR', confidence: 1 }), policy);
	expect(decision).toMatchObject({ department: 'Facilities', needsReview: false, effectivePriority: 'critical' });
	expect(decision.reasons).toEqual([
		'confidence 1.00 for HR reaches the threshold 0.60',
		'safety rule "fire" sets the department Facilities',
		'safety rule "fire" raises the priority from low to critical',
	]);
});

test('a rule that asks for a person gets one', () => {
	const decision = decide(buildTicket({ description: 'We got a bomb threat' }), buildClassification(), policy);
	expect(decision).toMatchObject({ department: 'Security', needsReview: true, effectivePriority: 'critical' });
	expect(decision.reasons).toContain('safety rule "threat" asks for a person');
});

test('a rule without a department leaves the classification its say', () => {
	const ticket = buildTicket({ description: 'He was injured' });
	expect(decide(ticket, buildClassification({ department: 'HR' }), policy)).toMatchObject({
		department: 'HR',
		needsReview: false,
		effectivePriority: 'critical',
	});
	expect(decide(ticket, buildClassification({ confidence: 0.1 }), policy)).toMatchObject({
		department: 'General',
		needsReview: true,
		effectivePriority: 'critical',
	});
});

test('the department of the weightiest rule counts', () => {
	const ticket = buildTicket({ description: 'Sexual harassment, and a phishing mail' });
	expect(decide(ticket, buildClassification(), policy).department).toBe('Security');
});

test('a department that is not configured is left out, the priority is raised all the same', () => {
	const ticket = buildTicket({ description: 'ransomware and sexual harassment' });
	const few = { ...policy, departments: only('IT', 'HR', 'General') };
	expect(decide(ticket, buildClassification(), few)).toMatchObject({ department: 'HR', effectivePriority: 'critical' });
	const fewer = { ...policy, departments: only('IT', 'General') };
	expect(decide(ticket, buildClassification(), fewer)).toMatchObject({
		department: 'IT',
		needsReview: false,
		effectivePriority: 'critical',
	});
	expect(decide(ticket, buildClassification({ confidence: 0 }), fewer)).toMatchObject({
		department: 'General',
		needsReview: true,
	});
});

test('a rule finds its department whatever its case', () => {
	const lower = { ...policy, departments: only('security', 'IT') };
	expect(decide(buildTicket({ title: 'phishing' }), buildClassification(), lower).department).toBe('security');
});

test.each([
	['low', 'high'],
	['medium', 'high'],
	['high', 'high'],
	['critical', 'critical'],
] as const)('a rule of high makes %s %s', (priority, effectivePriority) => {
	const decision = decide(buildTicket({ title: 'phishing', priority }), buildClassification(), policy);
	expect(decision.effectivePriority).toBe(effectivePriority);
	expect(decision.reasons.filter((reason) => reason.includes('raises')).length).toBe(
		priority === effectivePriority ? 0 : 1,
	);
});

describe('dissent', () => {
	const dissent = { classifier: 'local', department: 'HR', confidence: 0.75 } as const;
	const torn = buildClassification({ classifier: 'gemini', confidence: 0.9, dissent });

	test('goes to General and to a person, with both words as the reason', () => {
		expect(decide(buildTicket(), torn, policy)).toEqual({
			department: 'General',
			needsReview: true,
			effectivePriority: 'medium',
			reasons: ['gemini says IT and local says HR with 0.75: a person has to look'],
		});
	});

	test.each([0, 0.01, 0.59, 0.6, 1])('does so whatever the other’s confidence: %d', (confidence) => {
		const both = { ...torn, dissent: { ...dissent, confidence } };
		expect(decide(buildTicket(), both, policy).needsReview).toBe(true);
	});

	test('does so at any threshold', () => {
		expect(decide(buildTicket(), torn, { ...policy, threshold: 0 }).needsReview).toBe(true);
	});

	test('below the threshold there is one reason, the threshold', () => {
		const { needsReview, reasons } = decide(buildTicket(), { ...torn, confidence: 0.5 }, policy);
		expect(needsReview).toBe(true);
		expect(reasons).toEqual(['confidence 0.50 for IT is below the threshold 0.60']);
	});

	test('leaves safety rules their say', () => {
		const ticket = buildTicket({ title: 'Smell of gas', priority: 'low' });
		const decision = decide(ticket, torn, policy);
		expect(decision).toMatchObject({ department: 'Facilities', needsReview: false, effectivePriority: 'critical' });
		expect(decision.reasons).toContain('gemini says IT and local says HR with 0.75: a person has to look');
	});
});

describe('what a person said', () => {
	const unsure = decide(buildTicket({ title: 'Smell of gas', priority: 'low' }), buildClassification(), {
		...policy,
		departments: only('IT', 'HR', 'General'),
	});

	test.each(['HR', 'General', 'IT'])('stands above what was judged: %s', (department) => {
		const { reasons } = unsure;
		expect(corrected(unsure, department)).toEqual({
			...{ department, needsReview: false, effectivePriority: 'critical' },
			reasons: [...reasons, `a person decided: ${department}`],
		});
		expect(unsure.reasons).toBe(reasons);
	});

	test.each([
		['unsureness', buildClassification({ confidence: 0.1 }), {}],
		['dissent', buildClassification({ dissent: { classifier: 'local', department: 'HR', confidence: 0.9 } }), {}],
		['an unknown department', buildClassification({ department: 'Marketing' }), {}],
		['a rule', buildClassification(), { description: 'We got a bomb threat' }],
	])('nobody has to look at again, in spite of %s', (_, classification, ticket) => {
		const judged = decide(buildTicket(ticket), classification, policy);
		expect(judged.needsReview).toBe(true);
		expect(corrected(judged, 'IT')).toMatchObject({
			...{ department: 'IT', needsReview: false, effectivePriority: judged.effectivePriority },
			reasons: [...judged.reasons, 'a person decided: IT'],
		});
	});
});

test('reasons hold no ticket text, and nothing is changed', () => {
	const ticket = buildTicket({ title: 'xyzzy phishing', description: 'plugh' });
	const classification = buildClassification({ reasoning: 'because xyzzy' });
	const before = structuredClone({ ticket, classification });
	expect(decide(ticket, classification, policy).reasons.join()).not.toMatch(/xyzzy|plugh/u);
	expect({ ticket, classification }).toEqual(before);
});
