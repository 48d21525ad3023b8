import { inbox } from '../../../core/connectors/inbox';
import { buildMapping } from '../../helpers/tickets';
import { describeConnector } from './conformance';

describeConnector(inbox, {
	mapping: buildMapping({ system: 'inbox', endpoint: '', method: '' }),
	request: null,
	refusedMappings: {},
	receipts: {
		'there is nothing to read': {
			response: { body: '{"id":"1","url":"https://desk.example.com/1"}' },
			receipt: { externalId: null, externalUrl: null },
		},
	},
	refusals: {},
	explanations: { 'there is none': { response: { body: '{"message":"no"}' }, explanation: '' } },
});
