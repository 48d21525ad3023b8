import { Router } from 'express';
import type { Knex } from 'knex';
import { listMappings } from '../store/mappings';
import { presentMapping } from './present';
import { methodNotAllowed } from './problems';

export function mappingRoutes(knex: Knex): Router {
	const router = Router();
	router
		.route('/mappings')
		.get(async (_request, response) => {
			response.json({ mappings: (await listMappings(knex)).map(presentMapping) });
		})
		.all(methodNotAllowed('GET'));
	return router;
}
