/** What a reader found in an item, before it is cleaned, measured and checked. */
export interface Found {
	title?: unknown;
	description?: unknown;
	email?: unknown;
	/** A word for it, or a word made of a system's own number. */
	priority?: unknown;
	source?: unknown;
	/** The item's own number in the system it comes from. */
	ticketId?: unknown;
}

/** Looks for one kind of item; undefined where it is none of that kind. */
export type Reader = (item: Record<string, unknown>) => Found | undefined;
