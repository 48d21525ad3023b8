import type { IDataObject } from 'n8n-workflow';
import { startLocalServer, type LocalServer } from '../helpers/local-server';
import { importExample } from './example';
import { signIn, type N8nClient } from './n8n-client';

const VPN = 'VPN drops every ten minutes';

let n8n: N8nClient;
let desk: LocalServer;

beforeEach(async () => {
	n8n = await signIn(String(process.env.E2E_N8N_URL));
	desk = await startLocalServer(() => ({ status: 201, body: { id: 'DESK-7' } }));
});

afterEach(async () => await desk?.close());

test('as it comes, it shows where each ticket would go, and sends nothing', async () => {
	const execution = await (await importExample(n8n, 'triage-and-route')).run();
	expect(execution.status).toBe('success');
	const items = execution.itemsOf('Route Ticket') as { subject: string; triage: IDataObject; route: IDataObject }[];
	const seen = items.map(({ subject, triage, route }) => [subject, triage.department, route.system, route.status]);
	expect(seen).toEqual([
		[VPN, 'IT', 'http', 'routed'],
		['Heating in room 204 stays cold', 'Facilities', 'inbox', 'routed'],
		['Question', 'General', 'inbox', 'routed'],
	]);
	expect(items.map(({ route }) => route.dry_run)).toEqual([true, true, true]);
	expect(items[0].route.request).toMatchObject({ method: 'POST', url: 'https://desk.example.com/api/tickets' });
});

test('without the dry run, the ticket of IT arrives at its desk once, and the others nowhere', async () => {
	const filledIn = {
		replace: { 'https://desk.example.com': desk.url },
		parameters: { 'Route Ticket': { dryRun: false } },
	};
	const execution = await (await importExample(n8n, 'triage-and-route', filledIn)).run();
	expect(execution.status).toBe('success');
	expect(desk.requests).toHaveLength(1);
	const [{ method, path, headers, body }] = desk.requests;
	expect({ method, path, queue: headers['x-queue'] }).toEqual({
		method: 'POST',
		path: '/api/tickets',
		queue: 'it-support',
	});
	expect(JSON.parse(body)).toMatchObject({
		title: VPN,
		department: 'IT',
		email: 'ana@example.com',
		needs_review: false,
	});
	const [{ route }] = execution.itemsOf('Route Ticket');
	expect(route).toMatchObject({ external_ticket_id: 'DESK-7', assigned_to: 'IT Support', status: 'routed' });
});
