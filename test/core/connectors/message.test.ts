import type { Delivery } from '../../../core/connectors/connector';
import { factsOf, keyOf, markerOf, plainText, summaryOf, withoutLinks } from '../../../core/connectors/common/message';
import { buildDelivery, buildDecision, buildTicket } from '../../helpers/tickets';

test.each([
	['see https://evil.example/x?a=1', 'see hxxps://evil.example/x?a=1'],
	['HTTP://EVIL.EXAMPLE', 'HxxP://EVIL.EXAMPLE'],
	['_https://evil.example_ 1http://a', '_hxxps://evil.example_ 1hxxp://a'],
	['ftp://a slack://b', 'ftp[:]//a slack[:]//b'],
	['mailto:ana@example.com javascript:alert(1)', 'mailto[:]ana@example.com javascript[:]alert(1)'],
	['www.evil.example _www.evil.example_', 'www[.]evil.example _www[.]evil.example_'],
	['Time: 10:30, note: //server/share, C:\\temp', 'Time: 10:30, note: //server/share, C:\\temp'],
])('%j is shown as %j', (text, shown) => expect(withoutLinks(text)).toBe(shown));

test('what was made harmless stays as it is', () => {
	const once = withoutLinks('https://a http://b ftp://c www.d mailto:e');
	expect(withoutLinks(once)).toBe(once);
});

test('a title is one line of at most so many characters', () => {
	const delivery = buildDelivery({ ticket: buildTicket({ title: 'Line one\r\nline two' }) });
	expect(summaryOf(delivery, 100)).toBe('Line one line two');
	expect(summaryOf(delivery, 8)).toBe('Line on…');
	expect(summaryOf(buildDelivery({ ticket: buildTicket({ title: '\u{1f600}'.repeat(10) }) }), 4)).toBe('\u{1f600}…');
});

test('facts leave out what is not known, and name both priorities where they differ', () => {
	const delivery = buildDelivery({ classification: null, decision: buildDecision({ effectivePriority: 'critical' }) });
	const facts = Object.fromEntries(factsOf(delivery));
	expect(facts).toMatchObject({ Ticket: delivery.ticketId, Priority: 'critical (medium was given)' });
	expect(Object.keys(facts)).not.toContain('Sureness');
	expect(plainText(delivery)).toContain(`\n--\nTicket: ${delivery.ticketId}\n`);
});

test('a marker has neither spaces nor anything a query could be made of', () => {
	expect(markerOf(buildDelivery({ ticketId: 'TKT-0A "OR 1=1' }))).toBe('triage-0a--or-1-1');
});

test.each([
	['TKT-0123456789ABCDEF0123', 1, 'TKT-0123456789ABCDEF0123', 'triage-0123456789abcdef0123'],
	['TKT-0123456789ABCDEF0123', 2, 'TKT-0123456789ABCDEF0123-2', 'triage-0123456789abcdef0123-2'],
	['MY-TKT-1', 12, 'MY-TKT-1-12', 'triage-my-tkt-1-12'],
])('delivery %2$i of %1$s has its own key and marker', (ticketId, number, key, marker) => {
	const delivery = buildDelivery({ ticketId, number });
	expect([keyOf(delivery), markerOf(delivery)]).toEqual([key, marker]);
	expect(factsOf(delivery)[0]).toEqual(['Ticket', key]);
});

test.each<[Partial<Delivery>, (string | undefined)[]]>([
	[{ moved: { system: 'jira', externalId: 'HELP-1' }, note: 'wrong team' }, ['jira HELP-1', 'wrong team']],
	[{ moved: { system: 'slack', externalId: null }, note: null }, ['slack', undefined]],
	[{ note: 'please hurry' }, [undefined, 'please hurry']],
	[{ note: '' }, [undefined, undefined]],
])('of %j the team is told from where, and what was said', (corrected, told) => {
	const facts = Object.fromEntries(factsOf(buildDelivery(corrected)));
	expect([facts['Moved from'], facts.Note]).toEqual(told);
});

test('the reporter reads neither how the ticket was judged nor where it has been', () => {
	const corrected = { moved: { system: 'jira', externalId: 'HELP-1' }, note: 'wrong team' };
	const delivery = buildDelivery({ ...corrected, decision: buildDecision({ needsReview: true }) });
	const facts = [
		['Ticket', delivery.ticketId],
		['Department', 'IT'],
	];
	expect(factsOf(delivery, 'reporter')).toEqual(facts);
	expect(factsOf(delivery).length).toBeGreaterThan(6);
	expect(plainText(delivery, 'reporter')).toBe(
		`${delivery.ticket.description}\n\n--\nTicket: ${delivery.ticketId}\nDepartment: IT`,
	);
});
