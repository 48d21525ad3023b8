import { Router, type Request, type Response } from 'express';
import type { Knex } from 'knex';
import type { Logger } from '../logger';
import {
	deleteMapping,
	findMapping,
	insertMapping,
	listMappings,
	replaceMapping,
	type ActiveMappings,
	type StoredMapping,
} from '../store/mappings';
import { jsonBody, optionalBody } from './body';
import { readMapping } from './mapping-body';
import { mappingTestBody } from './mapping-schemas';
import { testMapping, type MappingTestDeps } from './mapping-test';
import { presentMapping } from './present';
import { HttpProblem, fieldProblems, methodNotAllowed } from './problems';
import { rowId } from './row-id';

export interface MappingRoutesDeps extends MappingTestDeps {
	knex: Knex;
	/** What the pipeline goes by: told of every change. */
	mappings: ActiveMappings;
	now: () => number;
	log: Logger;
}

const ONE_MAPPING = '1mb';

export function mappingRoutes(deps: MappingRoutesDeps): Router {
	const router = Router();
	router
		.route('/mappings')
		.get(async (_request, response) => {
			response.json({ mappings: (await listMappings(deps.knex)).map(presentMapping) });
		})
		.post(...jsonBody(ONE_MAPPING), async (request, response) => create(request, response, deps))
		.all(methodNotAllowed('GET, POST'));
	router
		.route('/mappings/:id')
		.get(async (request, response) => {
			response.json(presentMapping(await found(request, deps)));
		})
		.put(...jsonBody(ONE_MAPPING), async (request, response) => replace(request, response, deps))
		.delete(async (request, response) => remove(request, response, deps))
		.all(methodNotAllowed('GET, PUT, DELETE'));
	router
		.route('/mappings/:id/test')
		.post(...optionalBody(ONE_MAPPING), async (request, response) => test(request, response, deps))
		.all(methodNotAllowed('POST'));
	return router;
}

async function create(request: Request, response: Response, deps: MappingRoutesDeps): Promise<void> {
	const mapping = readMapping(request.body, deps.departments);
	const stored = await insertMapping(deps.knex, mapping, new Date(deps.now()).toISOString());
	changed('created', stored, response, deps);
	response.status(201).set('Location', `/mappings/${stored.id}`).json(presentMapping(stored));
}

async function replace(request: Request, response: Response, deps: MappingRoutesDeps): Promise<void> {
	const change = (stored: StoredMapping) => readMapping(request.body, deps.departments, stored);
	const at = new Date(deps.now()).toISOString();
	const stored = await replaceMapping(deps.knex, rowId(request, noMapping), change, at);
	if (!stored) throw noMapping();
	changed('replaced', stored, response, deps);
	response.json(presentMapping(stored));
}

async function remove(request: Request, response: Response, deps: MappingRoutesDeps): Promise<void> {
	const id = rowId(request, noMapping);
	if (!(await deleteMapping(deps.knex, id))) throw noMapping();
	changed('deleted', { id }, response, deps);
	response.status(204).end();
}

async function test(request: Request, response: Response, deps: MappingRoutesDeps): Promise<void> {
	const mapping = await found(request, deps);
	const asked = mappingTestBody.safeParse(request.body);
	if (!asked.success) {
		throw new HttpProblem(422, 'The test cannot be made as asked', { errors: fieldProblems(asked.error) });
	}
	response.json(await testMapping(mapping, asked.data, deps));
}

/** From here on tickets go by it; who changed where tickets go is worth a line. */
function changed(
	what: 'created' | 'replaced' | 'deleted',
	{ id, department, system }: Pick<StoredMapping, 'id'> & Partial<StoredMapping>,
	response: Response,
	{ mappings, log }: MappingRoutesDeps,
): void {
	mappings.invalidate();
	log.info({ mapping: id, department, system, caller: response.locals.caller as unknown }, `mapping ${what}`);
}

async function found(request: Request, { knex }: MappingRoutesDeps): Promise<StoredMapping> {
	const mapping = await findMapping(knex, rowId(request, noMapping));
	if (!mapping) throw noMapping();
	return mapping;
}

function noMapping(): HttpProblem {
	return new HttpProblem(404, 'There is no mapping with this id: GET /mappings lists them');
}
