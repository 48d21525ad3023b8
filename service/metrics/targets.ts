import { Gauge, type Registry } from 'prom-client';
import type { TargetState } from '../targets/targets';
import { systemLabel } from './labels';

const BREAKERS = ['closed', 'half-open', 'open'] as const;

/** By system, as the targets of one can be many. */
export function addTargetGauges(registry: Registry, targets: () => TargetState[]): void {
	new Gauge({
		name: 'target_breakers',
		help: 'Targets by the state of their breaker: open ones are left alone',
		labelNames: ['system', 'state'],
		registers: [registry],
		collect() {
			this.reset();
			for (const { system, breaker } of targets()) {
				BREAKERS.forEach((state) => this.inc({ system: systemLabel(system), state }, breaker === state ? 1 : 0));
			}
		},
	});
	new Gauge({
		name: 'target_calls',
		help: 'Calls to targets that wait for room or are under way',
		labelNames: ['system', 'state'],
		registers: [registry],
		collect() {
			this.reset();
			for (const { system, waiting, running } of targets()) {
				this.inc({ system: systemLabel(system), state: 'waiting' }, waiting);
				this.inc({ system: systemLabel(system), state: 'running' }, running);
			}
		},
	});
}
