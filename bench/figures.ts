/** A line of figures under what is measured. */
export function row(name: string, text: string): void {
	console.log(`  ${name.padEnd(40)}${text}`.trimEnd());
}

export function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
