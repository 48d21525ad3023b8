const LINE_FEED = 0x0a;

export interface Line {
	/** The first is 1. */
	line: number;
	/** Without the line feed; null where the line is longer than allowed. */
	bytes: Buffer | null;
	/** Bytes from the start of the input to the end of this line. */
	end: number;
	/** False for a last line that lacks its line feed. */
	terminated: boolean;
}

/**
 * Lines of a byte stream, never more of it in memory than `mostBytes` and a chunk.
 * Not node:readline: that splits at U+2028, U+2029 and carriage returns too, which may stand inside JSON.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<Line> {
	const gathered = gather(mostBytes);
	let line = 0;
	let end = 0;
	for await (const chunk of chunks) {
		let from = 0;
		for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
			gathered.add(chunk.subarray(from, at));
			yield { line: (line += 1), bytes: gathered.take(), end: end + at + 1, terminated: true };
			from = at + 1;
		}
		gathered.add(chunk.subarray(from));
		end += chunk.length;
	}
	if (!gathered.isEmpty()) yield { line: line + 1, bytes: gathered.take(), end, terminated: false };
}

function gather(mostBytes: number) {
	let parts: Buffer[] = [];
	let length = 0;
	return {
		add(part: Buffer): void {
			length += part.length;
			if (length > mostBytes) parts = [];
			else if (part.length > 0) parts.push(part);
		},
		take(): Buffer | null {
			const bytes = length > mostBytes ? null : Buffer.concat(parts);
			parts = [];
			length = 0;
			return bytes;
		},
		isEmpty: () => length === 0,
	};
}
