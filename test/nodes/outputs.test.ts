import fc from 'fast-check';
import { NodeHelpers, Workflow, type INode, type INodeParameters, type INodeType } from 'n8n-workflow';
import { branchNames, toBranches } from '../../nodes/shared/outputs';
import { loadPackage, type Package } from '../helpers/n8n';

const DEFAULTS = ['IT', 'HR', 'Finance', 'Facilities', 'Legal', 'Security', 'General'];
const TYPE = 'n8n-nodes-ticket-triage.ticketTriage';

let pack: Package;

beforeAll(async () => {
	pack = await loadPackage();
});

function nodeWith(parameters: INodeParameters, onError?: INode['onError']): INode {
	const node: INode = { id: '1', name: 'T', type: TYPE, typeVersion: 1, position: [0, 0], parameters };
	return onError ? { ...node, onError } : node;
}

/** What n8n's own evaluation makes of the expression. */
function outputsOf(parameters: INodeParameters, onError?: INode['onError']) {
	const nodes = [nodeWith({ outputs: 'perDepartment', ...parameters }, onError)];
	const workflow = new Workflow({ nodes, connections: {}, active: false, nodeTypes: pack.nodeTypes });
	const { description } = pack.loader.getNode('ticketTriage').type as INodeType;
	return NodeHelpers.getNodeOutputs(workflow, workflow.nodes.T, description) as { displayName?: string }[];
}

const namesOf = (...given: Parameters<typeof outputsOf>) => outputsOf(...given).map(({ displayName }) => displayName);

const tableOf = (...names: unknown[]) =>
	({ departmentSource: 'define', departments: { department: names.map((name) => ({ name })) } }) as INodeParameters;

test.each([
	['the default seven', {}, DEFAULTS],
	['a table in its order', tableOf('Sales', 'HR', 'General'), ['Sales', 'HR', 'General']],
	['General, added where it is missing', tableOf('Sales'), ['Sales', 'General']],
	['duplicates in any case once', tableOf('Sales', ' sales ', 'SALES', 'general'), ['Sales', 'general']],
	['rows without a name not at all', tableOf('', '  ', 'Sales', 7), ['Sales', 'General']],
	['a table without rows', tableOf(), ['General']],
	['a table that was never filled in', { departmentSource: 'define' }, ['General']],
])('outputs: %s', (_, parameters, names) => {
	expect(namesOf(parameters)).toEqual([...names, 'Needs Review']);
	expect(namesOf(parameters, 'continueErrorOutput')).toEqual([...names, 'Needs Review', 'Error']);
});

test('at most fifty departments of a table have an output', () => {
	const names = Array.from({ length: 60 }, (_, n) => `D${n}`);
	expect(namesOf(tableOf(...names))).toEqual([...names.slice(0, 50), 'General', 'Needs Review']);
});

test.each([
	['Outputs is One', { outputs: 'one' }],
	['departments come as JSON, whatever Outputs says', { departmentSource: 'json' }],
])('one output where %s', (_, parameters) => {
	expect(outputsOf(parameters)).toEqual([{ type: 'main' }]);
	expect(branchNames({ outputs: 'perDepartment', ...parameters })).toBeNull();
});

test('whatever a table holds, the node branches as n8n draws it', () => {
	// n8n reads a name that begins with = as expression; the parameter takes none.
	const name = fc.oneof(
		fc.string().filter((text) => !text.trim().startsWith('=')),
		fc.constantFrom('IT', 'it ', 'General', '"', '`', '${x}', '}}', '{{ 1 }}', '\\'),
	);
	fc.assert(
		fc.property(fc.array(name, { maxLength: 60 }), (names) => {
			const parameters = tableOf(...names);
			const branches = branchNames({ outputs: 'perDepartment', ...parameters });
			expect(namesOf(parameters)).toEqual([...(branches ?? []), 'Needs Review']);
		}),
		{ numRuns: 60 },
	);
});

test('every item leaves once, in order, by the branch of its department or by the last', () => {
	const names = fc.uniqueArray(fc.string({ minLength: 1 }), { selector: (name) => name.trim().toLowerCase() });
	const departments = fc.array(fc.option(fc.oneof(fc.string(), fc.constantFrom('Sales', 'sales'))));
	fc.assert(
		fc.property(names, departments, (outputs, wanted) => {
			const known = [...outputs, 'Sales'];
			const items = wanted.map((department, n) => ({ item: { json: { n } }, department }));
			const branches = toBranches(items, known);
			expect(branches).toHaveLength(known.length + 1);
			const left = branches.flatMap((branch) => branch.map(({ json }) => json.n as number));
			expect([...left].sort((a, b) => a - b)).toEqual(wanted.map((_, n) => n));
			branches.forEach((branch) => expect(branch).toEqual([...branch].sort((a, b) => +a.json.n! - +b.json.n!)));
			expect(branches[known.length - 1].map(({ json }) => json.n)).toEqual(
				items.filter(({ department }) => /^\s*sales\s*$/iu.test(department ?? '')).map(({ item }) => item.json.n),
			);
		}),
	);
});
