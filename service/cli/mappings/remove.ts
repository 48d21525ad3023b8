import { deleteMapping, findMapping } from '../../store/mappings';
import { UsageError } from '../options';
import { MappingsProblem, readArguments, readId, type Command, type Session } from './command';
import { describeMapping } from './describe';

export const remove: Command = {
	usage: `Usage: npm run mappings -- remove ID

Removes the mapping with this id; list shows the ids.
`,
	parse(argv) {
		const { positionals } = readArguments(argv, {});
		if (positionals.length !== 1) throw new UsageError('Name the id of one mapping: list shows them');
		const id = readId(positionals[0]);
		return (session) => removeMapping(session, id);
	},
};

async function removeMapping(session: Session, id: number): Promise<number> {
	const removed = await session.withDatabase(async (knex) => {
		const mapping = await findMapping(knex, id);
		return mapping && (await deleteMapping(knex, id)) ? mapping : undefined;
	});
	if (!removed) throw new MappingsProblem(`There is no mapping ${id}: list shows those there are`);
	session.print(`Removed mapping ${id}: ${describeMapping(removed)}`);
	return 0;
}
