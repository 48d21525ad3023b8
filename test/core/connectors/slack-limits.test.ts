import fc from 'fast-check';
import { slack } from '../../../core/connectors/slack';
import { hostileText, priority } from '../../helpers/arbitraries';
import { buildClassification, buildDecision, buildDelivery, buildMapping, buildTicket } from '../../helpers/tickets';

interface Plain {
	type: string;
	text: string;
}
interface Message {
	text: string;
	blocks: { type: string; text?: Plain; fields?: Plain[] }[];
}

const mappings = [
	buildMapping({ system: 'slack', endpoint: 'https://hooks.slack.com/services/T0/B0/x' }),
	buildMapping({ system: 'slack', endpoint: '', settings: { bot_token: 'xoxb-1', channel: 'C0123456789' } }),
];

const SLACKY = [
	'&',
	'<',
	'>',
	'&amp;',
	'<!channel>',
	'<!here>',
	'<@U123>',
	'<https://e.example|x>',
	'😀',
	' ',
	'\n',
	'a',
];

/** From nothing to far beyond every limit, with what means something to Slack at every place a cut may fall. */
const anyText = fc
	.tuple(
		fc.array(fc.oneof(fc.constantFrom(...SLACKY), hostileText), { maxLength: 8 }),
		fc.integer({ min: 1, max: 1500 }),
	)
	.map(([pieces, times]) => pieces.join('').repeat(times).slice(0, 20_000));

const anyDelivery = fc
	.record({
		title: anyText,
		description: anyText,
		email: anyText,
		source: fc.option(anyText),
		teamName: anyText,
		department: anyText,
		given: priority,
		effectivePriority: priority,
		needsReview: fc.boolean(),
		confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
		mapping: fc.constantFrom(...mappings),
		note: fc.option(anyText),
		moved: fc.option(fc.record({ system: fc.constant('jira'), externalId: fc.option(anyText) }), { nil: undefined }),
	})
	.map(({ title, description, email, source, teamName, given, confidence, mapping, note, moved, ...decision }) =>
		buildDelivery({
			note,
			moved,
			ticket: buildTicket({ title, description, email, source, priority: given }),
			decision: buildDecision(decision),
			classification: confidence === null ? null : buildClassification({ confidence }),
			mapping: { ...mapping, teamName },
		}),
	);

const textsOf = ({ text, blocks }: Message): string[] => [
	text,
	...blocks.flatMap((block) => [block.text, ...(block.fields ?? [])].flatMap((one) => (one ? [one.text] : []))),
];

function expectLimits({ text, blocks }: Message): void {
	const limits: Record<string, number> = { header: 150, section: 3000 };
	expect(blocks.length).toBeLessThanOrEqual(50);
	expect(text.length).toBeLessThanOrEqual(40_000);
	for (const block of blocks) {
		expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(limits[block.type]);
		expect(block.fields?.length ?? 1).toBeGreaterThan(0);
		expect(block.fields?.length ?? 1).toBeLessThanOrEqual(10);
		for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2000);
	}
}

test('any ticket keeps Slack’s limits, and leaves nothing that Slack would take for markup', () => {
	let cuts = 0;
	fc.assert(
		fc.property(anyDelivery, (delivery) => {
			const message = JSON.parse(slack.request(delivery)?.body ?? '') as Message;
			expectLimits(message);
			const texts = textsOf(message);
			expect(texts.join('').length).toBeLessThanOrEqual(13_000);
			for (const text of texts) {
				expect(text.trim()).not.toBe('');
				expect(text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)|\p{Surrogate}/u);
				expect(text).not.toMatch(/\bhttps?:\/\/|\bwww\./iu);
			}
			expect(texts.join('\n')).toContain(delivery.ticketId);
			cuts += texts.filter((text) => text.includes('…')).length;
		}),
		{ numRuns: 500 },
	);
	expect(cuts).toBeGreaterThan(500);
});
