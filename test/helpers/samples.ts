/** The samples of a page of metrics, by name and labels as they are written there. */
export function samplesIn(text: string): Map<string, number> {
	const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
	return new Map(
		lines.map((line) => {
			const end = line.lastIndexOf(' ');
			return [line.slice(0, end), Number(line.slice(end + 1))];
		}),
	);
}

/** Those whose name begins so. */
export function samplesOf(text: string, beginning: string): Record<string, number> {
	return Object.fromEntries([...samplesIn(text)].filter(([name]) => name.startsWith(beginning)));
}

/** What changed from one page to the other, by how much; samples that are new count from 0. */
export function changes(before: string, after: string, beginning: string): Record<string, number> {
	const former = samplesIn(before);
	const grown = Object.entries(samplesOf(after, beginning)).map(([name, value]) => {
		return [name, value - (former.get(name) ?? 0)] as const;
	});
	return Object.fromEntries(grown.filter(([, by]) => by !== 0));
}
