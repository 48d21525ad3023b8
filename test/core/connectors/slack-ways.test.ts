import { slack } from '../../../core/connectors/slack';
import { comment } from '../../../core/route';
import { buildDelivery, buildMapping, buildResponse, rejectionOf } from '../../helpers/tickets';

const SETTINGS = { bot_token: 'xoxb-1-s3cret', channel: '#it-support' };
const posted = { externalId: 'C0123456789/1503435956.000247', externalUrl: null };
const mappingTo = (endpoint: string, settings: Record<string, unknown> = {}) =>
	buildMapping({ system: 'slack', endpoint, settings });

test.each([
	['http://127.0.0.1:9103/services/T0/B0/x', {}, 'http://127.0.0.1:9103/services/T0/B0/x'],
	['https://relay.example/slack/services/x?a=1', {}, 'https://relay.example/slack/services/x?a=1'],
	['http://127.0.0.1:9103/api', SETTINGS, 'http://127.0.0.1:9103/api/chat.postMessage'],
	['https://gateway.example/slack/api/', SETTINGS, 'https://gateway.example/slack/api/chat.postMessage'],
	['', SETTINGS, 'https://slack.com/api/chat.postMessage'],
])('where any host goes, %j is taken', (endpoint, settings, url) => {
	const mapping = mappingTo(endpoint, { ...settings, any_host: true });
	expect(slack.problems(mapping)).toEqual([]);
	expect(slack.request(buildDelivery({ mapping }))?.url).toBe(url);
});

test('a relay of a webhook says ok, and takes no notes', () => {
	const mapping = mappingTo('http://127.0.0.1:9103/services/T0/B0/x', { any_host: true });
	const receipt = slack.receipt(buildResponse({ body: 'ok' }), buildDelivery({ mapping }));
	expect(receipt).toEqual({ externalId: null, externalUrl: null });
	expect(slack.comment?.({ mapping, receipt, text: 'x' })).toBeNull();
});

test.each([
	['https://relay.example/x', {}, /settings\.any_host/u],
	['https://relay.example/x', { any_host: true }, /\/services\/.*\/api/u],
])('with %j and %j it is said what to do', (endpoint, settings, advice) => {
	expect(slack.problems(mappingTo(endpoint, settings))).toEqual([expect.stringMatching(advice)]);
});

test('of an address that is not known yet, the settings are checked as far as they can be', () => {
	expect(slack.problems(mappingTo('${SLACK_URL}', SETTINGS))).toEqual([]);
	expect(slack.problems(mappingTo('${SLACK_URL}', { channel: 'it', any_host: 1 }))).toHaveLength(2);
});

test('a note goes to the message’s own channel, escaped, without links, and cut where it is too long', () => {
	const mapping = mappingTo('', SETTINGS);
	const sent = (text: string) => JSON.parse(slack.comment?.({ mapping, receipt: posted, text })?.body ?? '') as object;
	expect(sent('<!channel> https://evil.example')).toMatchObject({
		channel: 'C0123456789',
		text: '&lt;!channel&gt; hxxps://evil.example',
		blocks: [{ text: { type: 'plain_text', text: '&lt;!channel&gt; hxxps://evil.example' } }],
	});
	expect(sent('&'.repeat(5000))).toMatchObject({
		text: expect.stringMatching(/^(?:&amp;){599}…$/u) as string,
		blocks: [{ text: { text: expect.stringMatching(/^(?:&amp;)+\n… \(shortened/u) as string } }],
	});
	expect(sent('\u200b')).toMatchObject({ blocks: [{ text: { text: '(nothing)' } }] });
});

test('a second delivery is told from the first', () => {
	const delivery = buildDelivery({ mapping: mappingTo('https://hooks.slack.com/services/T0/B0/x'), number: 2 });
	const body = JSON.parse(slack.request(delivery)?.body ?? '') as { text: string };
	expect(body.text).toContain('(TKT-0123456789ABCDEF0123-2)');
});

test.each([
	['https://hooks.slack.com/services/T0/B0/x', {}, false],
	['', SETTINGS, true],
])('a remark by %j is sent only where a bot can answer itself', async (endpoint, settings, isSent) => {
	const send = jest.fn(() => Promise.resolve(buildResponse({ body: '{"ok":true}' })));
	const remark = { mapping: mappingTo(endpoint, settings), receipt: posted, text: 'x' };
	await expect(comment(remark, send)).resolves.toBe(isSent);
	expect(send).toHaveBeenCalledTimes(isSent ? 1 : 0);
});

test('a note that Slack refuses with status 200 is refused', async () => {
	const send = () => Promise.resolve(buildResponse({ body: '{"ok":false,"error":"is_archived"}' }));
	const remark = { mapping: mappingTo('', SETTINGS), receipt: posted, text: 'x' };
	expect(await rejectionOf(comment(remark, send))).toMatchObject({ code: 'not_found', status: 200 });
});
