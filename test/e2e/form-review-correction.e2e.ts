import { createFreshservice, FRESHSERVICE_KEY } from '../../fake-targets/freshservice';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { createSlack, SLACK_WORKSPACE, type FakeSlack } from '../../fake-targets/slack';
import { textsIn } from '../../fake-targets/slack-blocks';
import type { FakeTarget } from '../../fake-targets/target';
import { fieldsOf, startDesk, type Desk } from '../helpers/desk';
import { eventually } from '../helpers/service';
import { credentialOf, importExample, type ImportedExample } from './example';
import { nextPage, openForm, type FormPage } from './form';
import { signIn, type N8nClient } from './n8n-client';

const URL = String(process.env.E2E_N8N_URL);
const KEY = '0123456789abcdef-n8n';
const WEBHOOK = 'https://hooks.slack.example.com/services/T00000000/B00000000/your-webhook';
const SURE = {
	Title: 'VPN drops every ten minutes',
	'What happened?': 'Since this morning the VPN client on my laptop disconnects and asks for my password again.',
};
/** Anybody's, and with what would be links, mentions, pictures and scripts. */
const UNSURE = {
	Title: 'Who? <!channel> <img src=x onerror=alert(1)>',
	'What happened?': 'Who pays the <https://evil.example/door|door>, who signs for the laptop & <b>the key</b>?',
};

let n8n: N8nClient;
let desk: Desk;
let freshservice: RunningTarget<FakeTarget>;
let slack: RunningTarget<FakeSlack>;
let example: ImportedExample;

beforeAll(async () => {
	n8n = await signIn(URL);
});

beforeEach(async () => {
	desk = await startDesk({ TRIAGE_API_KEYS: `n8n:${KEY}`, CONFIDENCE_THRESHOLD: '0.6' }, { 'x-api-key': KEY });
	freshservice = await startFakeTarget(createFreshservice());
	slack = await startFakeTarget(createSlack());
	const settings = { api_key: FRESHSERVICE_KEY, requester_email: 'desk@example.com' };
	await desk.map('Facilities', { system: 'freshservice', api_endpoint: freshservice.url, settings });
	const service = [await credentialOf(n8n, 'triageServiceApi', { url: desk.url, apiKey: KEY })];
	example = await importExample(n8n, 'form-review-correction', {
		replace: { [WEBHOOK]: slack.url + SLACK_WORKSPACE.webhookPath },
		credentials: { 'Triage and keep the ticket': service, 'Correct and route it': service },
	});
	await example.activate();
});

afterEach(async () => {
	await example?.archive();
	await Promise.all([desk, freshservice, slack].map(async (one) => await one?.close()));
});

/** Fills in the form of the reporter; the page with the number, where it stands, and the number. */
async function report(texts: typeof SURE): Promise<{ page: FormPage; address: string; id: string }> {
	const trigger = example.file.nodes.find(({ type }) => type.endsWith('.formTrigger'));
	const form = await openForm(`${URL}/form/${trigger?.webhookId}`);
	const answer = await form.submit({ ...texts, 'Your email': 'ana@example.com', 'How urgent is it?': 'High' });
	const page = await nextPage(answer);
	return { page, address: String(answer.formWaitingUrl), id: /TKT-[0-9A-F]+/u.exec(page.html)?.[0] ?? '' };
}

/** The messages in Slack once there are any. */
async function question() {
	return await eventually(async () => await Promise.resolve(slack.target.tickets.at(0)?.body), 'a question in Slack');
}

test('a ticket that the service is sure of is routed, and nobody is asked', async () => {
	const { page, id } = await report(SURE);
	expect(page.html).toContain(`Your ticket is ${id}.`);
	expect(await desk.show(id)).toMatchObject({
		...{ title: SURE.Title, priority: 'high', status: 'routed', department: 'IT', external_ticket_id: 'HELP-1' },
	});
	expect(desk.it.target.tickets.map(({ ticketId }) => ticketId)).toEqual([id]);
	expect(fieldsOf(desk.it.target.tickets[0]).description).toContain(SURE['What happened?']);
	const { status } = await n8n.lastExecution(example.id);
	expect(status).toBe('success');
	expect(slack.requests).toHaveLength(0);
});

test('of an unsure ticket the desk is asked once, and the answer corrects and routes it', async () => {
	const { page, address, id } = await report(UNSURE);
	expect(page.html).toContain(`Your ticket is ${id}.`);
	expect(await desk.show(id)).toMatchObject({ status: 'needs_review', title: UNSURE.Title });
	const link = linkIn(await question());

	const form = await openForm(link);
	expect(form.html).toContain(`Whose ticket is ${id}?`);
	expect(form.html).toContain('&lt;img src=x onerror=alert(1)&gt;');
	expect(form.html).not.toContain('<img');
	// What the reporter's browser would be led to.
	expect((await openForm(address)).html).not.toContain('Whose ticket');
	// Looking at the link, as programs for chats do, answers nothing.
	expect(await desk.show(id)).toMatchObject({ status: 'needs_review' });

	const { formSubmittedText } = await form.submit({ Department: 'Facilities' });
	expect(formSubmittedText).toBe(`Thank you. ${id} is with Building Services as 1 now.`);
	expect(await desk.show(id)).toMatchObject({
		...{ status: 'routed', department: 'Facilities', needs_review: false, routed_to_system: 'freshservice' },
	});
	expect(freshservice.target.tickets.map(({ ticketId }) => ticketId)).toEqual([id]);
	expect(await desk.steps(id)).toContain('corrected');
	expect(slack.target.tickets).toHaveLength(1);

	expect((await form.submit({ Department: 'HR' })).html).toContain('Your response has been recorded');
	expect(await desk.show(id)).toMatchObject({ department: 'Facilities' });
});

test('a department that the service does not take is said, and the ticket goes on waiting', async () => {
	const { id } = await report(UNSURE);
	const form = await openForm(linkIn(await question()));
	const { formSubmittedText } = await form.submit({ Department: 'Astrology' });
	expect(formSubmittedText).toMatch(/^That did not work\. The triage service .*department/u);
	expect(await desk.show(id)).toMatchObject({ status: 'needs_review' });
});

/** The only thing in a message that Slack makes more of than text. */
function linkIn(message: unknown): string {
	expect(slack.target.mentions).toHaveLength(1);
	const texts = textsIn(message).map(({ text }) => String(text));
	expect(texts.join('\n')).toContain('Who? &lt;!channel&gt; &lt;img src=x onerror=alert(1)&gt;');
	const [, link, name] = /^<([^|]+)\|([^>]+)>$/u.exec(slack.target.mentions[0]) ?? [];
	expect(name).toBe('Choose the department');
	return link.replaceAll('&amp;', '&');
}
