import { NEVER_ENOUGH, classify } from '../../core/classify';
import { decide } from '../../core/decide';
import { createLocalClassifier } from '../../core/local';
import type { Config } from '../config';
import { loadDepartments } from '../departments';
import { openLocalModel } from '../local-model';
import { presentTicket } from '../http/present';
import { newRecord } from '../store/records';
import type { Triage } from './triage-port';

/** Says what would become of a ticket. Nothing is stored and nothing leaves the machine, so Gemini is not asked. */
export function createDryRun(config: Config): Triage {
	const departments = loadDepartments(config.departmentsFile);
	const local = createLocalClassifier(departments, openLocalModel(config.localModel));
	const classifiers = { local, cutoff: NEVER_ENOUGH, fallBack: true, departments };
	const policy = { departments, threshold: config.confidenceThreshold };
	return {
		async settle(ticket, ticketId) {
			const { classification } = await classify(ticket, classifiers);
			const decision = decide(ticket, classification, policy);
			const record = {
				...newRecord(ticketId, ticket, new Date().toISOString()),
				classification,
				confidence_score: classification.confidence,
				department: decision.department,
				effective_priority: decision.effectivePriority,
				needs_review: decision.needsReview,
			};
			return { outcome: { ...presentTicket(record), status: 'dry_run' }, known: false };
		},
		close: () => Promise.resolve(),
	};
}
