/** What differs from run to run. */
const CHANGING: [RegExp, string][] = [
	[/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
	[/\b\d\d:\d\d:\d\d\.\d{3}\b/g, 'TIME'],
	[/\bTKT-[0-9A-F]{24}/g, 'TICKET'],
	[/\btriage-[0-9a-f]{24}/g, 'LABEL'],
	[/\b\d+(\.\d+)? m?s\b/g, 'A WHILE'],
	[/\bwhsec_[\w+/=]+/g, 'SECRET'],
	[/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID'],
	[/"(duration_ms|pid|uptime_seconds|latency_ms)":[\d.]+/g, '"$1":0'],
];

function masked(text: string): string {
	return CHANGING.reduce((result, [pattern, name]) => result.replace(pattern, name), text);
}

/** Everything masked in a JSON value, which may stand among other lines. */
export function maskedJson(text: string): unknown {
	const at = text.search(/^[{[]/m);
	if (at < 0) throw new Error(`there is no JSON in: ${text}`);
	return JSON.parse(masked(text.slice(at))) as unknown;
}

/** Lines as they are compared: without indentation, blank ones, and what npm says of itself. */
function plainLines(text: string): string[] {
	return masked(text)
		.split('\n')
		.map((line) => line.trim().replace(/\s+/g, ' '))
		.filter((line) => line !== '' && !/^(> |npm (warn|notice))/.test(line));
}

/**
 * Whether an output shows what a page says: the same lines without others between. A line `…` stands for any others, `…`
 * within a line for anything.
 */
export function shows(output: string, said: string): boolean {
	const lines = plainLines(output);
	let from = 0;
	for (const part of partsOf(plainLines(said))) {
		const found = lines.findIndex(
			(_, at) => at >= from && part.every((pattern, i) => pattern.test(lines[at + i] ?? '')),
		);
		if (found < 0) return false;
		from = found + part.length;
	}
	return true;
}

function partsOf(lines: string[]): RegExp[][] {
	const parts: RegExp[][] = [[]];
	for (const line of lines) {
		if (line === '…') parts.push([]);
		else parts.at(-1)?.push(new RegExp(`^${line.split('…').map(literally).join('.*')}$`));
	}
	return parts.filter((part) => part.length > 0);
}

function literally(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
