/**
 * Runs `work` for 0 … count - 1, at most `limit` at a time, and returns the results in that order.
 * After the first rejection nothing new is started, and that rejection is thrown once the work under way has settled.
 */
export async function mapInOrder<T>(count: number, limit: number, work: (index: number) => Promise<T>): Promise<T[]> {
	const results = new Array<T>(count);
	const rejections: unknown[] = [];
	let next = 0;
	const lane = async (): Promise<void> => {
		while (next < count && rejections.length === 0) {
			const index = next;
			next += 1;
			await work(index).then(
				(result) => {
					results[index] = result;
				},
				(reason: unknown) => rejections.push(reason),
			);
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, count) }, lane));
	if (rejections.length > 0) throw rejections[0];
	return results;
}
