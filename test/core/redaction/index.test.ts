import { join } from 'node:path';
import fc from 'fast-check';
import { findPersonalData, redactTicket } from '../../../core/redaction';
import { measure, type Measured } from '../../../corpus/redaction/measure';
import { readPlanted } from '../../../corpus/redaction/planted';
import { hostileText } from '../../helpers/arbitraries';

const rows = readPlanted(join(__dirname, '../../..'));

describe('placeholders', () => {
	test('are numbered by kind over title and description, the same for the same value', () => {
		const { redacted } = redactTicket({
			title: 'a@example.com and b@example.com',
			description: 'b@example.com, call +44 7700 900123, c@example.com',
		});
		expect(redacted).toEqual({
			title: '[EMAIL_1] and [EMAIL_2]',
			description: '[EMAIL_2], call [PHONE_1], [EMAIL_3]',
		});
	});

	test('do not take the number of one the ticket has, which stays what it is', () => {
		const description = '[EMAIL_1] or [EMAIL_3]: a@example.com, b@example.com';
		const { redacted, restore } = redactTicket({ title: 't', description });
		expect(redacted.description).toBe('[EMAIL_1] or [EMAIL_3]: [EMAIL_2], [EMAIL_4]');
		expect(restore('[EMAIL_1] [EMAIL_3] [EMAIL_2]')).toBe('[EMAIL_1] [EMAIL_3] a@example.com');
	});

	test('are restored only where they stand exactly, and as they were', () => {
		const { restore } = redactTicket({ title: 'password: $&$1Aa1$$', description: 'a@example.com' });
		expect(restore('[PASSWORD_1] [EMAIL_1] EMAIL_1 [email_1] [EMAIL_01] [EMAIL_2]')).toBe(
			'$&$1Aa1$$ a@example.com EMAIL_1 [email_1] [EMAIL_01] [EMAIL_2]',
		);
	});

	test('stand for a password wherever it is said again', () => {
		const { redacted } = redactTicket({
			title: 'Summer!2026x does not work',
			description: 'My password is Summer!2026x and I typed "Summer!2026x".',
		});
		expect(redacted).toEqual({
			title: '[PASSWORD_1] does not work',
			description: 'My password is [PASSWORD_1] and I typed "[PASSWORD_1]".',
		});
	});
});

test('nothing but title and description is passed on', () => {
	const ticket = { title: 't', description: 'd', email: 'a@example.com', metadata: { phone: '+44 7700 900123' } };
	expect(redactTicket(ticket).redacted).toEqual({ title: 't', description: 'd' });
});

const awkward = fc.constantFrom(
	...rows.flatMap(({ planted }) => planted.map(({ value }) => value)),
	...[
		'[EMAIL_1]',
		'[PASSWORD_',
		']',
		'password: ',
		'PIN ',
		'token is ',
		'tel ',
		'://',
		'@',
		' ',
		'\n',
		'+',
		'\u200b',
		'𩸤',
	],
);
const text = fc.array(fc.oneof(awkward, awkward, hostileText), { maxLength: 8 }).map((pieces) => pieces.join(''));

describe('of any text', () => {
	test('restoring gives the original', () => {
		fc.assert(
			fc.property(text, text, (title, description) => {
				const { redacted, restore } = redactTicket({ title, description });
				expect({ title: restore(redacted.title), description: restore(redacted.description) }).toEqual({
					title,
					description,
				});
			}),
			{ numRuns: 1000 },
		);
	});

	test('what was redacted once is redacted', () => {
		fc.assert(
			fc.property(text, text, (title, description) => {
				const { redacted } = redactTicket({ title, description });
				expect(redactTicket(redacted).redacted).toEqual(redacted);
			}),
			{ numRuns: 1000 },
		);
	});
});

/**
 * A pattern that goes back over the text would need minutes for this, not a fraction of a second; a search that goes on in the
 * middle of a character of two units would never end.
 */
test.each([
	...['a', '1 ', '0 ', '1-', 'a.', 'a@', 'a (at) ', 'a at b dot ', '4242 ', 'DE89 ', '\u0301', '"', '[EMAIL_'],
	...['password ', 'password: ', 'password: a1b2c3 ', 'pin ', 'token ', 'key is ', 'tel ', 'tel 1', 'a://a:'],
	...['𩸤', '𩸤password: +49 ', '𩸤a-password is x ', '𩸤bcdefg as password ', '𩸤@'],
	...['?token=', 'eyJaaaaa.', 'sk-', 'AKIA', '-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\nA: b\n'],
])('200,000 characters of %j are done and restored', (piece) => {
	const description = piece.repeat(Math.ceil(200_000 / piece.length));
	const { redacted, restore } = redactTicket({ title: 't', description });
	expect(restore(redacted.description) === description).toBe(true);
});

describe('the planted rows', () => {
	const tuned = measure(
		rows.filter(({ held }) => held !== true),
		findPersonalData,
	);
	const held = measure(
		rows.filter((row) => row.held === true),
		findPersonalData,
	);
	const recall = ({ all }: Measured): number => all.found / all.planted;
	const wrong = ({ characters }: Measured): number => characters.removed / characters.innocent;

	test('are enough, and in five languages', () => {
		expect(rows.filter(({ planted }) => planted.length > 0).length).toBeGreaterThanOrEqual(250);
		expect(rows.filter(({ planted }) => planted.length === 0).length).toBeGreaterThanOrEqual(120);
		expect([...tuned.languages.keys()].sort()).toEqual(['de', 'en', 'es', 'fr', 'pt']);
	});

	test('that the rules were made with are found as measured', () => {
		expect(recall(tuned)).toBeGreaterThanOrEqual(0.985);
		expect(tuned.clean.changed).toBeLessThanOrEqual(1);
		expect(wrong(tuned)).toBeLessThan(0.001);
	});

	test('that were held apart are found as measured', () => {
		expect(recall(held)).toBeGreaterThanOrEqual(0.955);
		expect(held.clean.changed).toBe(0);
		expect(wrong(held)).toBeLessThan(0.001);
	});

	test('lose every value that was found, whatever stands around it', () => {
		for (const { text, planted } of rows) {
			const { redacted } = redactTicket({ title: 'x', description: text });
			const spans = findPersonalData(text).map(({ start, end }) => text.slice(start, end));
			const gone = planted.filter(({ value }) => spans.includes(value));
			for (const { value } of gone) expect(redacted.description).not.toContain(value);
		}
	});
});
