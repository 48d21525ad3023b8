import { newRecord, type TicketRecord } from '../../../service/store/records';
import { TEXT_COLUMNS, withoutQuotes, withoutText } from '../../../service/store/without-text';
import { buildClassification, buildTicket } from '../../helpers/tickets';

const AT = '2026-11-22T12:00:00.000Z';
const PLANTED = 'Zwetschgenkuchen';

function record(overrides: Partial<TicketRecord> = {}): TicketRecord {
	const ticket = buildTicket({ title: PLANTED, description: PLANTED, email: PLANTED, source: PLANTED });
	return {
		...newRecord('TKT-1', { ...ticket, metadata: { PLANTED } }, AT),
		...{ status: 'routed', department: 'HR', corrected_note: PLANTED, error_message: PLANTED },
		classification: buildClassification({
			reasoning: PLANTED,
			suggested_priority: { priority: 'high', reasons: [PLANTED] },
		}),
		...overrides,
	};
}

it('leaves nothing that was written, and all that was decided', () => {
	const before = record();
	const after = withoutText(before, AT);
	expect(JSON.stringify(after)).not.toMatch(new RegExp(`${PLANTED}|PLANTED`));
	expect(after).toMatchObject({
		...{ ticket_id: 'TKT-1', department: 'HR', erased_at: AT, updated_at: before.updated_at },
		classification: { department: 'IT', confidence: 0.9, suggested_priority: { priority: 'high', reasons: [] } },
	});
});

it('changes the columns that it names, and no other', () => {
	const before = record({ status: 'needs_review', needs_review: true });
	const after = withoutText(before, AT);
	const changed = (Object.keys(before) as (keyof TicketRecord)[]).filter((key) => before[key] !== after[key]);
	expect(changed.sort()).toEqual([...TEXT_COLUMNS].sort());
});

test.each<[Partial<TicketRecord>, Partial<TicketRecord>]>([
	[{ status: 'routed' }, { status: 'routed', error_message: null }],
	[{ status: 'failed' }, { status: 'failed', error_message: 'Its text was erased, and with it why it failed' }],
	[
		{ status: 'needs_review', routed_to_system: 'inbox' },
		{ status: 'failed', needs_review: false, error_message: 'Its text was erased before a person had decided' },
	],
	[
		{ status: 'needs_review', routed_to_system: 'jira' },
		{ status: 'routed', needs_review: false, error_message: null },
	],
	[{ classification: null }, { classification: null }],
])('%j ends as %j', (before, after) => expect(withoutText(record(before), AT)).toMatchObject(after));

it('keeps of a step what was decided, and nothing that it does not know', () => {
	const kept = {
		department: 'IT',
		confidence: 0.5,
		reasons: ['a rule'],
		code: 'auth',
		by: 'ana',
		from: 'IT',
		to: 'HR',
	};
	const dropped = {
		message: PLANTED,
		note: PLANTED,
		source: PLANTED,
		why: PLANTED,
		skipped: [PLANTED],
		new_one: PLANTED,
	};
	expect(withoutQuotes({ ...kept, ...dropped })).toEqual(kept);
});
