import type { Classification } from './classification';
import { fallbackName, findDepartment, type Department } from './departments';
import { matchFloors, type Floor } from './floors';
import { givesOrders } from './orders';
import { highestPriority, type Priority, type Ticket } from './ticket';

export interface Policy {
	departments: readonly Department[];
	/** Least confidence, 0–1, at which a classification is acted on. */
	threshold: number;
}

export interface Decision {
	department: string;
	needsReview: boolean;
	effectivePriority: Priority;
	/** Why it came out so, one sentence each, without ticket text. */
	reasons: string[];
}

/**
 * What happens with a ticket: pure, and the only place where it is decided.
 * Unsure tickets go to General and to a person; safety floors may set the department, raise the priority and ask for a person.
 */
export function decide(ticket: Ticket, classification: Classification, policy: Policy): Decision {
	const floors = matchFloors(ticket);
	const reasons: string[] = [];
	const sure = judge(ticket, classification, policy, reasons);
	const floored = floorDepartment(floors, policy.departments, reasons);
	const reviewers = floors.filter((floor) => floor.review);
	reviewers.forEach((floor) => reasons.push(`safety rule "${floor.name}" asks for a person`));
	return {
		department: floored ?? sure ?? fallbackName(policy.departments),
		needsReview: reviewers.length > 0 || (floored === undefined && sure === undefined),
		effectivePriority: raisePriority(ticket.priority, floors, reasons),
		reasons,
	};
}

/** What a person said stands above what was judged; only the priority and its floors stay. */
export function corrected(decision: Decision, department: string): Decision {
	const reason = `a person decided: ${department}`;
	return { ...decision, department, needsReview: false, reasons: [...decision.reasons, reason] };
}

/** The department it is sure to be, if it is. */
function judge(ticket: Ticket, classification: Classification, policy: Policy, reasons: string[]): string | undefined {
	const { dissent } = classification;
	const known = findDepartment(policy.departments, classification.department);
	const confidence = classification.confidence.toFixed(2);
	const threshold = policy.threshold.toFixed(2);
	if (!known) {
		reasons.push('the classifier named a department that is not configured');
		return undefined;
	}
	if (!(classification.confidence >= policy.threshold)) {
		reasons.push(`confidence ${confidence} for ${known.name} is below the threshold ${threshold}`);
		return undefined;
	}
	if (dissent) {
		const other = `${dissent.classifier} says ${dissent.department} with ${dissent.confidence.toFixed(2)}`;
		reasons.push(`${classification.classifier} says ${known.name} and ${other}: a person has to look`);
		return undefined;
	}
	// The local model counts words: there is nobody in it to give orders to.
	if (classification.classifier !== 'local' && givesOrders(ticket)) {
		reasons.push(
			`the text gives the model orders, and ${classification.classifier} said ${known.name}: a person has to look`,
		);
		return undefined;
	}
	reasons.push(`confidence ${confidence} for ${known.name} reaches the threshold ${threshold}`);
	return known.name;
}

function floorDepartment(floors: Floor[], departments: readonly Department[], reasons: string[]): string | undefined {
	for (const floor of floors) {
		const department = floor.department && findDepartment(departments, floor.department);
		if (department) {
			reasons.push(`safety rule "${floor.name}" sets the department ${department.name}`);
			return department.name;
		}
	}
	return undefined;
}

function raisePriority(given: Priority, floors: Floor[], reasons: string[]): Priority {
	const effective = highestPriority([given, ...floors.map((floor) => floor.leastPriority)]);
	const cause = floors.find((floor) => floor.leastPriority === effective);
	if (effective !== given && cause) {
		reasons.push(`safety rule "${cause.name}" raises the priority from ${given} to ${effective}`);
	}
	return effective;
}
