import fc from 'fast-check';
import { findConnector } from '../../core/connectors';
import { createTarget, SYSTEMS } from '../../fake-targets/index';
import { sampleMapping } from '../../fake-targets/sample-mapping';
import { headersOf } from '../../service/sign';
import { buildDelivery, buildMapping } from '../helpers/tickets';

/** The request of a delivery, as the stand-in gets to see it. */
function arrivalAt(system: string) {
	const { api_endpoint: endpoint, settings } = sampleMapping(system, 'http://localhost');
	const request = findConnector(system).request(
		buildDelivery({ mapping: buildMapping({ system, endpoint, settings }) }),
	)!;
	const { pathname, searchParams } = new URL(request.url);
	const { method, body = '' } = request;
	return { method: String(method), path: pathname, query: searchParams, headers: headersOf(request, Date.now()), body };
}

describe.each(SYSTEMS)('%s', (system) => {
	const valid = arrivalAt(system);
	const names = JSON.stringify(JSON.parse(valid.body)).match(/"[^"]+"(?=:)/gu) ?? [];
	const key = fc.oneof(fc.constantFrom(...names.map((name) => JSON.parse(name) as string)), fc.string());
	const { node } = fc.letrec((tie) => ({
		node: fc.oneof(
			{ depthSize: 'small' },
			fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
			fc.array(tie('node'), { maxLength: 3 }),
			fc.dictionary(key, tie('node'), { maxKeys: 5 }),
		),
	}));
	const paths = [valid.path, `${valid.path}/1`, `${valid.path}/1/comment`, '/', '/rest/api/3/search/jql'];

	it('answers whatever it is asked, and has its mistakes in no answer', () => {
		const target = createTarget(system);
		const asked = fc.record({
			body: fc.oneof(
				node.map((value) => JSON.stringify(value)),
				fc.string(),
			),
			path: fc.constantFrom(...paths),
			method: fc.constantFrom(valid.method, 'GET', 'PUT', 'PATCH', 'DELETE'),
			headers: fc.subarray(Object.entries(valid.headers)).map(Object.fromEntries<string>),
		});
		fc.assert(
			fc.property(asked, fc.boolean(), (change, withHeaders) => {
				const headers = withHeaders ? valid.headers : change.headers;
				const { status, body } = target.answer({ ...valid, ...change, headers });
				expect(status).toBeGreaterThanOrEqual(200);
				expect(status).toBeLessThan(500);
				expect(typeof body === 'string' || typeof JSON.stringify(body) === 'string').toBe(true);
			}),
			{ numRuns: 500 },
		);
	});

	it('takes what it is sent', () => {
		const target = createTarget(system);
		expect(target.answer(valid).status).toBeLessThan(300);
		expect(target.tickets).toHaveLength(1);
	});
});
