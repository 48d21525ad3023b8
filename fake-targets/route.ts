import type { TargetRequest } from './target';

/** A method, the paths it is for, the first group of which is an id, and what answers there. */
export type Route<Handle> = readonly [method: string, path: RegExp, handle: Handle];

export interface Found<Handle> {
	/** Undefined where the path does not take the method. */
	handle?: Handle;
	/** As it stands in the path; empty where the path has none. */
	id: string;
	/** The methods that the path takes; none where there is no such path. */
	methods: string[];
}

export function findRoute<Handle>(
	routes: readonly Route<Handle>[],
	{ method, path }: Pick<TargetRequest, 'method' | 'path'>,
): Found<Handle> {
	const there = routes.filter(([, pattern]) => pattern.test(path));
	const route = there.find(([known]) => known === method);
	return {
		handle: route?.[2],
		id: route?.[1].exec(path)?.[1] ?? '',
		methods: there.map(([known]) => known),
	};
}
