import fc from 'fast-check';
import type { Mapping } from '../../core/mapping';
import { PRIORITIES, type Ticket } from '../../core/ticket';
import { buildMapping, PROTOTYPE_NAMES } from './tickets';

/** Characters with a special meaning somewhere: ends of text, of lines, of pairs, of sight. */
const AWKWARD = [
	'\0',
	'\r\n',
	'\n',
	'\t',
	'\u0085',
	'\u00ad',
	'\u200b',
	'\u200d',
	'\u2028',
	'\u202e',
	'\ufe0f',
	'\ufeff',
	'\ufffd',
	'\ud800',
	'\udc00',
	'\u{1f600}',
	'\u{e0041}',
	'e\u0301',
	'İ',
	'ß',
	'ﬁ',
	'"',
	'\\',
	'${HOME}',
	'</script>',
];

/** Any character. Not fast-check's `unit: 'binary'`, which takes a second to set up in every file. */
const codePoint = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point));

/** Text as hostile as it gets: any UTF-16 unit, lone surrogates among them, and awkward characters often. */
export const hostileText: fc.Arbitrary<string> = fc
	.array(
		fc.oneof(
			{ weight: 3, arbitrary: fc.array(codePoint, { maxLength: 12 }).map((some) => some.join('')) },
			{ weight: 2, arbitrary: fc.string({ maxLength: 12 }) },
			{ weight: 2, arbitrary: fc.constantFrom(...AWKWARD) },
			{ weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
			{ weight: 1, arbitrary: fc.constantFrom(...PROTOTYPE_NAMES) },
		),
		{ maxLength: 12 },
	)
	.map((pieces) => pieces.join(''));

export const priority = fc.constantFrom(...PRIORITIES);

export const ticket: fc.Arbitrary<Ticket> = fc.record({
	title: hostileText,
	description: hostileText,
	email: hostileText,
	priority,
	source: fc.option(hostileText),
	metadata: fc.dictionary(hostileText, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }) as fc.Arbitrary<
		Record<string, unknown>
	>,
});

const departmentName = fc.constantFrom('IT', 'it', 'HR', 'General', 'GENERAL', ...PROTOTYPE_NAMES);

export const mapping: fc.Arbitrary<Mapping> = fc
	.record({ department: departmentName, priorityThreshold: priority, teamName: fc.string({ maxLength: 5 }) })
	.map((some) => buildMapping(some));

export { departmentName };
