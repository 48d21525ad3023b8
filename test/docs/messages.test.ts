import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isQuoted, messagesOf, quotedIn, within, type Message } from '../helpers/docs-messages';
import { textOf } from '../helpers/docs-page';
import { ROOT } from '../helpers/process';

const page = textOf('docs/troubleshooting.md');
const quotes = [...quotedIn(page), ...quotedIn(textOf('docs/delivery.md'))];

function filesOf(...folders: string[]): string[] {
	return folders.flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts') && !/(^|\/)(build|node_modules)\//.test(name))
			.map((name) => join(folder, name)),
	);
}

/** Who says at the start what is wrong: all that they say stands on the page. */
const STARTING = [
	...['config', 'access-settings', 'connections', 'departments', 'local-model', 'database-problem', 'secret-files'],
	...['gemini/settings', 'environment-fields', 'environment', 'http/api-keys', 'http/webhook-secrets'],
].map((name) => `service/${name}.ts`);

/** Pieces of messages that have their row by another piece, and what is no complaint. */
const ELSEWHERE = [
	'or ALLOW_ANONYMOUS=true if something in front',
	'the PostgreSQL server',
	': send Authorization: Bearer KEY',
];

function unexplained(messages: Message[]): string[] {
	return messages
		.filter((message) => !isQuoted(message, quotes))
		.map(({ file, parts }) => `${file}: ${parts.join('…')}`)
		.filter((text) => !ELSEWHERE.some((piece) => text.includes(piece)));
}

it('everything that can be said at the start has its row', () => {
	const messages = STARTING.flatMap((file) => messagesOf(file));
	expect(messages.length).toBeGreaterThan(50);
	expect(unexplained(messages)).toEqual([]);
});

it('everything that the API answers as a problem has its row', () => {
	const messages = filesOf('service/http').flatMap((file) =>
		messagesOf(file, within('HttpProblem', 'sendProblem', 'problemBody', 'refusal')),
	);
	expect(messages.length).toBeGreaterThan(30);
	expect(unexplained(messages.filter(({ parts }) => !parts[0].startsWith('Bearer')))).toEqual([]);
});

it('everything that it quotes is said by the code', () => {
	const messages = filesOf('core', 'service', 'nodes').flatMap((file) => messagesOf(file));
	const said = messages.map(({ parts }) => parts.join('…')).join('\n');
	const unsaid = quotedIn(page).filter((quote) => !quote.every((piece) => piece.length <= 5 || said.includes(piece)));
	expect(unsaid).toEqual([]);
});
