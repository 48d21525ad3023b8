import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { HttpRequest, Send } from '../../core/http';
import { readDelivery } from '../../nodes/RouteTicket/delivery';
import { routeItem } from '../../nodes/RouteTicket/route-item';
import { buildDelivery, buildMapping, buildResponse, rejectionOf } from '../helpers/tickets';

jest.mock('../../nodes/RouteTicket/delivery');

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

beforeEach(() => {
	const mapping = buildMapping({ headers: { 'X-Key': 'k-123' }, settings: { signing_secret: SECRET } });
	jest.mocked(readDelivery).mockReturnValue(buildDelivery({ mapping }));
});

afterEach(() => {
	jest.restoreAllMocks();
});

const context = (dryRun: boolean): IExecuteFunctions =>
	({ getNodeParameter: () => dryRun }) as unknown as IExecuteFunctions;

test('a dry run shows that the request would be signed, and not by what', async () => {
	const sent: HttpRequest[] = [];
	const send: Send = async (request) => {
		sent.push(request);
		return buildResponse();
	};
	const { request } = (await routeItem(context(true), send, 0)).route as IDataObject;
	expect(sent).toEqual([]);
	expect(request).toMatchObject({ method: 'POST', url: 'https://desk.example.com/tickets' });
	expect((request as IDataObject).headers).toEqual({
		'content-type': '***',
		'x-key': '***',
		'webhook-id': '***',
		'webhook-timestamp': '***',
		'webhook-signature': '***',
	});
	expect(JSON.stringify(request)).not.toMatch(/whsec_|k-123|signature":\{/u);
	await routeItem(context(false), send, 0);
	expect(sent).toMatchObject([{ signature: { secrets: [SECRET] }, body: (request as IDataObject).body }]);
});

test('a date in Retry-After counts from now', async () => {
	jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 9, 21, 7, 28, 0));
	const headers = { 'retry-after': 'Wed, 21 Oct 2026 07:29:00 GMT' };
	const error = await rejectionOf(routeItem(context(false), async () => buildResponse({ status: 503, headers }), 0));
	expect(error).toMatchObject({ status: 503, retryAfter: 60 });
});
