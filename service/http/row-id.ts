import type { Request } from 'express';
import type { HttpProblem } from './problems';

/** PostgreSQL's serial numbers end here. */
export const LARGEST_ID = 2_147_483_647;

/** The number of a row from the path. @throws what `missing` makes, for what is no row's number */
export function rowId(request: Request, missing: () => HttpProblem): number {
	const text = String(request.params.id);
	const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Infinity;
	if (id > LARGEST_ID) throw missing();
	return id;
}
