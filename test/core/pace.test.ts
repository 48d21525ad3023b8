import { CONNECTORS } from '../../core/connectors';
import { paceOf } from '../../core/pace';
import { buildMapping, thrownBy } from '../helpers/tickets';

const paceWith = (settings: Record<string, unknown>, system = 'jira') => paceOf(buildMapping({ system, settings }));

test.each(Object.values(CONNECTORS))('the pace of $system is what its connector says', ({ system, pace }) => {
	expect(paceWith({}, system)).toEqual(pace);
});

test.each([
	[{ max_at_once: 2 }, { atOnce: 2 }],
	[{ max_at_once: '64' }, { atOnce: 64 }],
	[{ max_per_minute: 30 }, { atOnce: 8, perMinute: 30 }],
	[{ max_at_once: 1, max_per_minute: ' 6000' }, { atOnce: 1 }],
	[
		{ max_at_once: 1, max_per_minute: '6000' },
		{ atOnce: 1, perMinute: 6000 },
	],
])('the settings %j say otherwise', (settings, pace) => expect(paceWith(settings)).toEqual(pace));

test.each([0, 65, 1.5, 'many', '${MOST}', null, '', [], {}, true])('a max_at_once of %j says nothing', (value) => {
	expect(paceWith({ max_at_once: value, max_per_minute: value === 65 ? 6001 : value })).toEqual({ atOnce: 8 });
});

test('what the connector says of a minute holds where the mapping says nothing', () => {
	expect(paceWith({ max_at_once: 3 }, 'slack')).toEqual({ ...CONNECTORS.slack.pace, atOnce: 3 });
});

test('an unknown system has no pace', () => {
	expect(thrownBy(() => paceWith({}, 'smtp')).code).toBe('misconfigured');
});
