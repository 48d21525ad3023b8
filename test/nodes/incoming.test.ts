import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIncoming, type Incoming } from '../../nodes/shared/incoming';

interface Fixture {
	name: string;
	/** Where the shape is read from. */
	source: string;
	item: Record<string, unknown>;
	expected: Incoming;
}

const FOLDER = join(__dirname, 'fixtures');
const FIXTURES = readdirSync(FOLDER).flatMap(
	(file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Fixture[],
);

test.each(FIXTURES.map((fixture) => [fixture.name, fixture.source, fixture] as const))(
	'%s (%s)',
	(_name, _source, { item, expected }) => {
		expect(readIncoming(item)).toEqual(expected);
	},
);

test.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))(
	'%s is the same ticket after Ticket Triage and after an error',
	(_, { item, expected }) => {
		const triage = { department: 'IT', needs_review: false, effective_priority: 'critical', reasoning: 'It says so.' };
		const route = { ticket_id: 'TKT-1', external_url: 'https://desk.example.com/1' };
		expect(readIncoming({ ...item, triage, route, error: 'Gemini could not be reached' })).toEqual(expected);
	},
);
