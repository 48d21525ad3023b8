import type { Outcome } from './soak-tickets';
import type { Traffic } from './soak-traffic';

const MOST_SHOWN = 10;

/** Why it is no success; nothing where it is one. `grown` says what grew that should not have. */
export function verdict(
	{ wrong, acknowledged }: Pick<Traffic, 'wrong' | 'acknowledged'>,
	{ lost, double }: Pick<Outcome, 'lost' | 'double'>,
	grown: readonly string[],
): string[] {
	return [
		...(acknowledged.size === 0 ? ['no ticket was taken at all'] : []),
		...wrong.slice(0, MOST_SHOWN),
		...(wrong.length > MOST_SHOWN ? [`and ${wrong.length - MOST_SHOWN} answers more that are wrong`] : []),
		...(lost.length > 0 ? [`${lost.length} tickets are lost: ${lost.slice(0, 5).join()}`] : []),
		...double.slice(0, 5),
		...grown,
	];
}
