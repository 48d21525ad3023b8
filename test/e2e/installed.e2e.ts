import { signIn, type N8nClient } from './n8n-client';

const URL = String(process.env.E2E_N8N_URL);
let n8n: N8nClient;

beforeAll(async () => {
	n8n = await signIn(URL);
});

describe('the installed package', () => {
	const nodes = ['ticketTriage', 'routeTicket', 'ticketTriageTrigger', 'ticketTriageTool', 'routeTicketTool'];

	test.each(nodes)('n8n lists the node %s', async (name) => {
		const types = (await n8n.get('/types/nodes.json')) as { name: string }[];
		expect(types.map((type) => type.name)).toContain(`n8n-nodes-ticket-triage.${name}`);
	});
});
