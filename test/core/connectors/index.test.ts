import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CONNECTORS, findConnector } from '../../../core/connectors';
import { PROTOTYPE_NAMES, thrownBy } from '../../helpers/tickets';

test('every connector is registered under its own name', () => {
	expect(Object.entries(CONNECTORS).map(([name, { system }]) => [name, system])).toEqual(
		Object.keys(CONNECTORS).map((name) => [name, name]),
	);
});

test('every connector has a test that runs the conformance suite', () => {
	const tests = readdirSync(__dirname).map((file) => file.replace('.test.ts', ''));
	const systems = Object.keys(CONNECTORS).map((system) => system.replaceAll('_', '-'));
	expect(tests).toEqual(expect.arrayContaining(systems));
});

test('every file in core/connectors is registered, but for the port and the registry', () => {
	const files = readdirSync(join(__dirname, '../../../core/connectors')).map((file) => file.replace('.ts', ''));
	const systems = Object.keys(CONNECTORS).map((system) => system.replaceAll('_', '-'));
	expect(files.filter((file) => !['common', 'connector', 'index'].includes(file)).sort()).toEqual(systems.sort());
});

test.each(Object.keys(CONNECTORS))('%s is found', (system) => {
	expect(findConnector(system).system).toBe(system);
});

test.each(['', 'smtp', ...PROTOTYPE_NAMES])('%j is refused, and the known ones are named', (system) => {
	const error = thrownBy(() => findConnector(system));
	expect(error.code).toBe('misconfigured');
	Object.keys(CONNECTORS).forEach((known) => expect(error.message).toContain(known));
});
