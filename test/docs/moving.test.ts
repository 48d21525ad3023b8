import { OWN_VARIABLES } from '../../service/config';
import { CONNECTION_VARIABLES } from '../../service/connections';
import { textOf } from '../helpers/docs-page';

const [, table] = textOf('docs/moving.md').split("| the agent's variable");
const named = (text: string): string[] => [...text.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name);

it('every variable of the agent that is said to be understood is read here', () => {
	const names = named(table.split('\n\n')[0]);
	expect(names.length).toBeGreaterThan(20);
	expect(names.filter((name) => ![...OWN_VARIABLES, ...CONNECTION_VARIABLES].includes(name))).toEqual([]);
});

it('every variable in a table of README.md is read', () => {
	const rows = textOf('README.md').matchAll(/^\|([^|]*`[A-Z][A-Z_]+`[^|]*)\|/gm);
	const names = [...rows].flatMap(([, cell]) => named(cell));
	expect(names.length).toBeGreaterThan(8);
	expect(names.filter((name) => !OWN_VARIABLES.includes(name))).toEqual([]);
});
