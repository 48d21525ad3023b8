import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { maskedJson, shows } from './docs-compare';
import { GIVENS, type Given } from './docs-givens';
import { newInstallation, type Installation } from './docs-installation';
import type { Step } from './docs-page';
import { openTerminal, runBlock, type Terminal } from './docs-terminal';

/** The id that pages show; it stands for the ticket that was made last. */
const SHOWN_TICKET = 'TKT-B6D1AE6D31C6EE0607E75372';
const READY = /listening on|listens on|Requests:/;

type Kind<K extends Step['kind']> = Extract<Step, { kind: K }>;

/** A reader who does what a page says, in a new installation. */
export interface Reader {
	take(step: Step): Promise<void>;
	end(): Promise<void>;
}

export async function newReader(): Promise<Reader> {
	const place = await newInstallation();
	const terminals = new Map<string, Terminal>();
	const givens: Given[] = [];
	let output = '';

	async function run({ text, terminal, exits, line }: Omit<Kind<'command'>, 'kind'>): Promise<void> {
		const command = named(text, place);
		if (terminal !== null) {
			await terminals.get(terminal)?.end();
			const opened = openTerminal(command, place);
			terminals.set(terminal, opened);
			return opened.await('sign that it listens', (said) => READY.test(said));
		}
		const ended = await runBlock(command, place);
		output = ended.output;
		const [ticket] = /\bTKT-[0-9A-F]{24}\b/.exec(output) ?? [];
		if (ticket) place.names.set(SHOWN_TICKET, ticket);
		if (ended.code !== exits)
			throw new Error(`line ${line}: it ended with ${ended.code}:\n${command}\n${output}${lastLogs(terminals)}`);
	}

	async function give({ name, line }: Kind<'given'>): Promise<void> {
		if (!Object.hasOwn(GIVENS, name)) throw new Error(`line ${line}: nobody knows how to give "${name}"`);
		const given = await GIVENS[name](place.folder);
		givens.push(given);
		for (const entry of Object.entries(given.names ?? {})) place.names.set(...entry);
		for (const text of given.commands)
			await run({ text, terminal: text === 'npm start' ? 'service' : null, exits: 0, line });
	}

	async function compare({ of, language, content, part, line }: Kind<'output'>): Promise<void> {
		if (of !== null) {
			const terminal = terminals.get(of);
			if (!terminal) throw new Error(`line ${line}: there is no terminal ${of}`);
			return terminal.await(`line ${line}`, (said) => shows(asShown(said, place), content));
		}
		if (language === 'json') {
			const actual = expect(maskedJson(asShown(output, place)));
			if (part) actual.toMatchObject(maskedJson(content) as object);
			else actual.toEqual(maskedJson(content));
		} else if (!shows(asShown(output, place), content)) {
			throw new Error(`line ${line}: the page shows\n${content}\nand it said\n${asShown(output, place)}`);
		}
	}

	return {
		async take(step) {
			if (step.kind === 'given') await give(step);
			else if (step.kind === 'file') write(step, place);
			else if (step.kind === 'command') await run(step);
			else if (step.kind === 'output') await compare(step);
		},
		async end() {
			await Promise.all([...terminals.values()].map((terminal) => terminal.end()));
			await Promise.all(givens.map((given) => given.end?.()));
			place.remove();
		},
	};
}

function write({ name, content }: Kind<'file'>, place: Installation): void {
	const path = join(place.folder, name);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, named(content, place), { mode: 0o600 });
}

/** A page's text with the names of this run. */
function named(text: string, { names }: Installation): string {
	return [...names].reduce((result, [said, here]) => result.replaceAll(said, here), text);
}

/** The other way round, so far as it is unambiguous. */
function asShown(text: string, { names, folder }: Installation): string {
	const here = text.replaceAll(`${folder}/`, '');
	return [...names].reduce((result, [said, value]) => result.replaceAll(value, said), here);
}

function lastLogs(terminals: Map<string, Terminal>): string {
	return [...terminals].map(([name, terminal]) => `\n--- ${name}\n${terminal.output().slice(-2000)}`).join('');
}
