import { FALLBACK_DEPARTMENT, findDepartment, withFallback, type Department } from '../../core/departments';
import { isRecord } from '../../core/json';
import { mappingProblems } from '../../core/mapping-problems';
import { OWN_VARIABLES } from '../config';
import type { NewMapping, StoredMapping } from '../store/mappings';
import { keepMasked } from './masked-values';
import { mappingBody, type MappingBody } from './mapping-schemas';
import { HttpProblem, fieldProblems, type FieldProblem } from './problems';

/**
 * The mapping that a body describes; a mask keeps what `stored` has.
 * @throws HttpProblem 422 naming everything that is wrong, also beside fields that cannot be read
 */
export function readMapping(body: unknown, departments: readonly Department[], stored?: StoredMapping): NewMapping {
	const parsed = mappingBody.safeParse(body);
	const unreadable = parsed.success ? [] : fieldProblems(parsed.error);
	const readable = parsed.success ? parsed.data : readablePart(body, unreadable);
	if (!readable) throw refusal(unreadable);
	const { mapping, problems: masks } = keepMasked(toMapping(readable, departments), stored);
	const silenced = new Set([...unreadable, ...masks.filter(({ field }) => field === 'api_endpoint')].map(rootOf));
	const wrong = mappingProblems(mapping, departments, OWN_VARIABLES).filter((one) => !silenced.has(rootOf(one)));
	const problems = [...unreadable, ...masks, ...wrong];
	if (problems.length > 0) throw refusal(problems);
	return mapping;
}

/** The fields that can be read, with something harmless for what is needed beside them. */
function readablePart(body: unknown, unreadable: readonly FieldProblem[]): MappingBody | undefined {
	if (!isRecord(body)) return undefined;
	const wrong = new Set(unreadable.map(rootOf));
	const kept = Object.entries(body).filter(([name]) => Object.hasOwn(mappingBody.shape, name) && !wrong.has(name));
	const standIn = { department: FALLBACK_DEPARTMENT, system: 'inbox' };
	return mappingBody.safeParse({ ...standIn, ...Object.fromEntries(kept) }).data;
}

function toMapping(body: MappingBody, departments: readonly Department[]): NewMapping {
	const department = findDepartment(withFallback(departments), body.department);
	return {
		department: department?.name ?? body.department,
		teamName: body.team_name || department?.teams[0] || (department?.name ?? body.department),
		system: body.system,
		endpoint: body.api_endpoint ?? '',
		method: (body.api_method || 'POST').toUpperCase(),
		headers: body.api_headers ?? {},
		settings: body.settings ?? {},
		priorityThreshold: body.priority_threshold ?? 'low',
		isActive: body.is_active ?? true,
	};
}

function rootOf({ field }: FieldProblem): string {
	return field.split('.')[0];
}

function refusal(errors: FieldProblem[]): HttpProblem {
	return new HttpProblem(422, 'The mapping cannot be used as it is', { errors });
}
