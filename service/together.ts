import { outside } from './tracing/context';

/** What many ask at once is found out once, for all who ask while that lasts. */
export function together<T>(find: () => Promise<T>): () => Promise<T> {
	let underWay: Promise<T> | null = null;
	return () => {
		underWay ??= outside(find).finally(() => (underWay = null));
		return underWay;
	};
}
