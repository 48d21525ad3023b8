import fc from 'fast-check';
import { servicenow } from '../../../../core/connectors/servicenow';
import { hostileText } from '../../../helpers/arbitraries';
import { buildDecision, buildDelivery, buildMapping, buildTicket } from '../../../helpers/tickets';

const SYS_ID = '0123456789abcdef0123456789abcdef';
const created = {
	externalId: 'INC0010001',
	externalUrl: `https://example.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D${SYS_ID}`,
};
const mapping = buildMapping({
	system: 'servicenow',
	endpoint: 'https://example.service-now.com',
	settings: { token: 's3cret' },
});

test('what is for the team stands in the work notes alone, each fact on its line', () => {
	const decision = buildDecision({ needsReview: true, effectivePriority: 'critical' });
	const moved = { system: 'jira', externalId: 'HELP-1' };
	const delivery = buildDelivery({ mapping, decision, moved, note: 'Not ours.\nPriority: low' });
	const body = JSON.parse(servicenow.request(delivery)?.body ?? '') as Record<string, string>;
	expect(body.description).not.toMatch(/Team|Priority|Reporter|Sureness|review|HELP-1|Not ours/u);
	expect(body.work_notes.split('\n')).toEqual(
		expect.arrayContaining([
			'Priority: critical (medium was given)',
			'Needs review: yes',
			'Moved from: jira HELP-1',
			'Note: Not ours. Priority: low',
		]),
	);
});

test.each([
	['[code]<a href="//evil.example">x</a>[/code]', '(code]<a href="//evil.example">x</a>(/code]'],
	['[CODE] [ code ] [/ Code]', '(CODE] ( code ] (/ Code]'],
	['[coder] a[0] www.evil.example', '[coder] a[0] www[.]evil.example'],
])('a journal makes no HTML of %j', (text, shown) => {
	const sent = [
		servicenow.comment?.({ mapping, receipt: created, text }),
		servicenow.request(buildDelivery({ mapping, note: text })),
	].map((request) => (JSON.parse(request?.body ?? '') as Record<string, string>).work_notes);
	expect(sent).toEqual([shown, expect.stringContaining(`Note: ${shown}`)]);
});

test('a remark of any length has an end', () => {
	const remark = { mapping, receipt: created, text: 'y'.repeat(10_000) };
	const { work_notes: note } = JSON.parse(servicenow.comment?.(remark)?.body ?? '') as Record<string, string>;
	expect(note).toHaveLength(4000);
	expect(note).toMatch(/y… \[shortened\]$/u);
});

test('links of the ticket’s text are dead in every field', () => {
	const text = 'see https://evil.example and www.evil.example or javascript:alert(1)';
	const ticket = buildTicket({ title: text, description: text, email: text, source: text });
	const delivery = buildDelivery({ ticket, note: text, mapping });
	expect(servicenow.request(delivery)?.body).not.toMatch(/https:\/\/evil|www\.evil|javascript:/u);
});

test('a long description is cut so that the facts below it stay', () => {
	const ticket = buildTicket({ title: 'x'.repeat(200), description: 'y'.repeat(5000) });
	const request = servicenow.request(buildDelivery({ ticket, mapping }));
	const body = JSON.parse(request?.body ?? '') as Record<string, string>;
	expect(body.description).toHaveLength(4000);
	expect(body.description).toMatch(/^y+… \[shortened\]\n\n--\nTicket: TKT-[^]+Department: IT$/u);
	expect(body.short_description).toHaveLength(160);
});

test('fields stay within their lengths, whatever the ticket says', () => {
	const text = fc.tuple(hostileText, fc.nat(400)).map(([some, times]) => `www.${some}`.repeat(times + 1));
	fc.assert(
		fc.property(text, text, (title, description) => {
			const delivery = buildDelivery({ ticket: buildTicket({ title, description }), note: description, mapping });
			const body = JSON.parse(servicenow.request(delivery)?.body ?? '') as Record<string, string>;
			expect(body.short_description.length).toBeLessThanOrEqual(160);
			expect(body.description.length).toBeLessThanOrEqual(4000);
			expect(body.work_notes.length).toBeLessThanOrEqual(4000);
		}),
	);
});
