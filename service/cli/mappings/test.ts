import { resolve } from 'node:path';
import { readJson } from '../../../core/json';
import { mappingTestBody, type MappingTestBody } from '../../http/mapping-schemas';
import { testMapping } from '../../http/mapping-test';
import { HttpProblem, fieldProblems } from '../../http/problems';
import { createSend } from '../../send';
import { findMapping, listMappings, type StoredMapping } from '../../store/mappings';
import { openInput } from '../input';
import { UsageError } from '../options';
import { MappingsProblem, readArguments, readId, type Command, type Session } from './command';
import { describeMapping, said } from './describe';
import { printable } from './table';

interface TestOptions {
	/** Null for all that are active. */
	id: number | null;
	send: boolean;
	/** A file's absolute path, `-` for standard input, or null for a sample. */
	ticket: string | null;
}

export const test: Command = {
	usage: `Usage: npm run mappings -- test ID | --all [--send] [--ticket FILE]

Prints the request that a test ticket would make by a mapping, secrets masked. Nothing is stored.

  --all            every active mapping
  --send           send the test ticket, once for each mapping, and print what came back
  --ticket FILE    a ticket as POST /webhook/ticket takes it, JSON, instead of a sample that says it is a test;
                   - for standard input

Exit code 1 where a mapping cannot be used, or its system does not take the ticket.
`,
	parse(argv, folder) {
		const options = { all: { type: 'boolean' }, send: { type: 'boolean' }, ticket: { type: 'string' } } as const;
		const { values, positionals } = readArguments(argv, options);
		if (positionals.length !== (values.all ? 0 : 1)) throw new UsageError('Name one mapping by its id, or say --all');
		const id = values.all ? null : readId(positionals[0]);
		const { send = false, ticket = null } = values;
		if (ticket === '') throw new UsageError('A path must not be empty');
		const file = ticket === null || ticket === '-' ? ticket : resolve(folder, ticket);
		return (session) => testMappings(session, { id, send, ticket: file });
	},
};

const DELIVERY_TIMEOUT_MS = 15_000;

async function testMappings(session: Session, { id, send, ticket }: TestOptions): Promise<number> {
	const asked = { dry_run: !send, ticket: ticket === null ? null : await readTicket(ticket, session) };
	const mappings = await chosenMappings(session, id);
	const { allowedPrivateHosts, departments, lookup } = session;
	const outgoing = createSend({ allowedPrivateHosts, timeoutMs: DELIVERY_TIMEOUT_MS });
	let failed = 0;
	try {
		for (const mapping of mappings) {
			session.print(`Mapping ${mapping.id}: ${describeMapping(mapping)}`);
			const problems = await tryOut(mapping, asked, { ...session, departments, lookup, send: outgoing.send });
			for (const problem of problems) session.note(`Mapping ${mapping.id} failed: ${problem}`);
			if (problems.length > 0) failed += 1;
		}
	} finally {
		await outgoing.close();
	}
	const well = `${mappings.length - failed} of ${mappings.length}`;
	session.print(send ? `${well} took the ticket` : `${well} can be used; nothing was sent`);
	return failed > 0 ? 1 : 0;
}

async function chosenMappings(session: Session, id: number | null): Promise<StoredMapping[]> {
	return session.withDatabase(async (knex) => {
		if (id === null) return (await listMappings(knex)).filter(({ isActive }) => isActive);
		const mapping = await findMapping(knex, id);
		if (!mapping) throw new MappingsProblem(`There is no mapping ${id}: list shows those there are`);
		return [mapping];
	});
}

/** Resolves with what is wrong; nothing where all is well. */
async function tryOut(
	mapping: StoredMapping,
	asked: MappingTestBody,
	deps: Session & Parameters<typeof testMapping>[2],
): Promise<string[]> {
	try {
		const { request, receipt } = await testMapping(mapping, asked, deps);
		if (request === null) {
			deps.print('Nothing to send: its tickets stay in the inbox\n');
			return [];
		}
		const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
		const lines = [`${request.method} ${request.url}`, ...headers, '', ...(request.body ?? '').split('\n')];
		deps.print(`${lines.map(printable).join('\n')}\n`);
		if (receipt) {
			deps.print(printable(`Taken: ${receipt.external_ticket_id ?? 'no id'}, ${receipt.external_url ?? 'no address'}`));
		}
		return [];
	} catch (error) {
		if (!(error instanceof HttpProblem)) throw error;
		return error.extra.errors?.map(said) ?? [printable(error.detail)];
	}
}

const MOST_CHARACTERS = 1024 * 1024;

/** @throws UsageError with all that is wrong with the ticket */
async function readTicket(path: string, { stdin }: Session): Promise<MappingTestBody['ticket']> {
	const { stream } = await openInput(path, stdin);
	let text = '';
	for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
		text += chunk;
		if (text.length > MOST_CHARACTERS) throw new UsageError('The ticket is larger than 1 MB');
	}
	const ticket = readJson(text.replace(/^\ufeff/u, ''));
	if (ticket === undefined) throw new UsageError('The ticket is not valid JSON');
	const parsed = mappingTestBody.safeParse({ ticket });
	if (parsed.success) return parsed.data.ticket;
	throw new UsageError(
		`The ticket cannot be taken:\n${fieldProblems(parsed.error)
			.map((one) => `  - ${said(one)}`)
			.join('\n')}`,
	);
}
