import type { IDataObject } from 'n8n-workflow';
import { CLOUD_EMAIL, CLOUD_TOKEN, createJira } from '../../fake-targets/jira';
import { startFakeTarget, type RunningTarget } from '../../fake-targets/server';
import { createSlack, SLACK_WORKSPACE } from '../../fake-targets/slack';
import { credentialOf, importExample, type FilledIn } from './example';
import { signIn, type N8nClient } from './n8n-client';

const TRIAGE = 'Find the department of each mail';
const JIRA = 'Open an issue in Jira';
const SLACK = 'Post to the department';
const DESK = 'Ask the triage desk';
const CHANNELS = {
	'#hr': 'C00000HR',
	'#finance': 'C0000FIN',
	'#facilities': 'C0000FAC',
	'#legal': 'C0000LEG',
	'#service-desk': 'C000DESK',
	'#triage-desk': 'C0TRIAGE',
};
/** Of a mail that the classifier cannot place. */
const UNSURE =
	'On Monday a new colleague starts in our team. She needs a laptop, a badge for the door, a desk and her contract.';

let n8n: N8nClient;
let jira: RunningTarget<ReturnType<typeof createJira>>;
let slack: RunningTarget<ReturnType<typeof createSlack>>;
let credentials: FilledIn['credentials'];

beforeAll(async () => {
	n8n = await signIn(String(process.env.E2E_N8N_URL));
});

beforeEach(async () => {
	jira = await startFakeTarget(createJira());
	slack = await startFakeTarget(createSlack({ channels: CHANNELS }));
	const site = { url: jira.url, email: CLOUD_EMAIL, apiToken: CLOUD_TOKEN };
	const bot = { url: `${slack.url}/api`, botToken: SLACK_WORKSPACE.botToken };
	const forJira = await credentialOf(n8n, 'triageJiraCloudApi', site);
	const forSlack = await credentialOf(n8n, 'triageSlackBotApi', bot);
	credentials = { [JIRA]: [forJira], [SLACK]: [forSlack], [DESK]: [forSlack] };
});

afterEach(async () => await Promise.all([jira?.close(), slack?.close()]));

function issues(): { project: string; summary: string }[] {
	const all = jira.target.tickets.map(({ id, body }) => {
		const { summary } = (body as { fields: { summary: string } }).fields;
		return { project: id.split('-')[0], summary };
	});
	return all.sort((one, other) => one.project.localeCompare(other.project));
}

/** Channels and titles. */
function posts(): [string, string][] {
	return slack.target.tickets.map(({ id, body }) => {
		const [channel = id] = Object.entries(CHANNELS).find(([, one]) => id.startsWith(one)) ?? [];
		return [channel, textsOf(body)[0]];
	});
}

function textsOf(message: unknown): string[] {
	const { blocks } = message as { blocks: { text?: { text: string } }[] };
	return blocks.flatMap(({ text }) => (text ? [text.text] : []));
}

/** A mail as the IMAP node gives it. */
function mail(textPlain: string, more: IDataObject = {}): IDataObject {
	const known = { metadata: {}, attributes: { uid: 1 }, from: 'zoe@example.com', subject: 'New colleague on Monday' };
	return { textHtml: '', textPlain, ...known, ...more };
}

describe('before anything is filled in', () => {
	test('each pinned mail leaves by the output of its department, the unsure one by the last', async () => {
		const execution = await (await importExample(n8n, 'mail-to-jira-and-slack')).run();
		expect(execution.status).toBe('success');
		const branches = execution.outputsOf(TRIAGE).map((items) => items.map(({ json }) => json.subject));
		expect(branches).toEqual([
			['VPN drops every ten minutes'],
			['Payslip for October'],
			['Invoice of a supplier paid twice'],
			[],
			[],
			['Strange mail asks for my password'],
			[],
			['New colleague on Monday'],
		]);
	});
});

describe('with credentials', () => {
	test('each branch delivers to its system, project or channel, and nowhere else', async () => {
		const execution = await (await importExample(n8n, 'mail-to-jira-and-slack', { credentials })).run();
		expect(execution.status).toBe('success');
		expect(issues()).toEqual([
			{ project: 'HELP', summary: 'VPN drops every ten minutes' },
			{ project: 'SEC', summary: 'Strange mail asks for my password' },
		]);
		expect(posts().sort()).toEqual([
			['#finance', 'Invoice of a supplier paid twice'],
			['#hr', 'Payslip for October'],
			['#triage-desk', 'New colleague on Monday'],
		]);
	});

	test('a mail that is fetched again makes no second issue', async () => {
		const example = await importExample(n8n, 'mail-to-jira-and-slack', { credentials });
		await example.run();
		const again = await example.run();
		expect(issues()).toHaveLength(2);
		const found = { found_existing: true, external_ticket_id: expect.stringMatching(/^(?:HELP|SEC)-/u) as string };
		expect(again.itemsOf(JIRA)).toMatchObject([{ route: found }]);
	});
});

describe('the triage desk', () => {
	const ask = async (...items: IDataObject[]): Promise<string[]> => {
		const example = await importExample(n8n, 'mail-to-jira-and-slack', { credentials, items });
		expect((await example.run()).status).toBe('success');
		expect(posts().map(([channel]) => channel)).toEqual(items.map(() => '#triage-desk'));
		return slack.target.tickets.map(({ body }) => textsOf(body)[1]);
	};

	test('is told why it is asked and what the classifier takes for likely, above the text of the mail', async () => {
		const [description] = await ask(mail(UNSURE));
		const [why, likely, , text] = description.split('\n');
		expect(why).toMatch(/^Why a person decides: confidence 0\.\d\d for \w+ is below the threshold 0\.60$/u);
		expect(likely).toMatch(/^Most likely: (?:\w+ \d+ %, ){3}\w+ \d+ %$/u);
		expect(text).toBe(UNSURE);
	});

	test('reads mails of HTML alone, and the beginning of long ones', async () => {
		const textHtml = `<div>${UNSURE.replace('laptop', '<b>laptop</b>')}</div>`;
		const long = UNSURE.repeat(100);
		const [fromHtml, fromLong] = await ask(mail('', { textHtml }), mail(long));
		expect(fromHtml.split('\n\n')[1]).toBe(UNSURE);
		expect(fromLong.split('\n\n')[1]).toBe(long.slice(0, 2500).trimEnd());
	});

	test('sees markup as the sender typed it, and nobody is called by it', async () => {
		const hostile = '<!channel> <https://evil.example|laptop> *desk* @here "{{ $env.HOME }}"';
		const [description] = await ask(mail(`${UNSURE} ${hostile}`, { subject: `New colleague on Monday ${hostile}` }));
		expect(slack.target.mentions).toEqual([]);
		expect(description).toContain(
			'&lt;!channel&gt; &lt;hxxps://evil.example|laptop&gt; *desk* @here "{{ $env.HOME }}"',
		);
	});
});
