import type { Connector } from './connector';

/** The host's own queue, where a person takes over: nothing is sent. */
export const inbox: Connector = {
	system: 'inbox',
	problems: () => [],
	request: () => null,
	receipt: () => ({ externalId: null, externalUrl: null }),
	explanation: () => '',
	pace: { atOnce: 64 },
};
