import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	Icon,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

export class TriageHttpApi implements ICredentialType {
	name = 'triageHttpApi';

	displayName = 'HTTP (Ticket Triage) API';

	icon: Icon = { light: 'file:triageHttp.svg', dark: 'file:triageHttp.dark.svg' };

	documentationUrl =
		'https://github.com/ticket-triage/n8n-nodes-ticket-triage/blob/main/docs/systems.md#http-anything-else';

	properties: INodeProperties[] = [
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{ name: 'Basic', value: 'basic' },
				{ name: 'Bearer', value: 'bearer' },
				{ name: 'Header', value: 'header' },
				{ name: 'None', value: 'none' },
			],
			default: 'none',
			description: 'How requests sign in; the address is in the node',
		},
		{
			displayName: 'Username',
			name: 'username',
			type: 'string',
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['basic'] } },
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { authentication: ['basic'] } },
		},
		{
			displayName: 'Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['bearer'] } },
			description: 'Sent in the header Authorization, with Bearer before it',
		},
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. X-API-Key',
			displayOptions: { show: { authentication: ['header'] } },
		},
		{
			displayName: 'Header Value',
			name: 'headerSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['header'] } },
		},
		{
			displayName: 'Signing Secret',
			name: 'signingSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. whsec_…',
			description:
				'To sign each request as Standard Webhooks describes: whsec_ with 24 to 64 bytes in base64, or several with spaces between while they change. Without one nothing is signed.',
		},
		{
			displayName:
				'Only the form of what is filled in is tested: the address is in the node, and a request there could make a ticket.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
	];

	authenticate: IAuthenticate = async (credentials, requestOptions) => {
		const headers = { ...requestOptions.headers, ...headersOf(credentials) };
		return await Promise.resolve({ ...requestOptions, headers });
	};
}

function headersOf(credentials: ICredentialDataDecryptedObject): Record<string, string> {
	const text = (name: string): string => String(credentials[name] ?? '');
	switch (credentials.authentication) {
		case 'basic':
			return { authorization: `Basic ${Buffer.from(`${text('username')}:${text('password')}`).toString('base64')}` };
		case 'bearer':
			return { authorization: `Bearer ${text('token')}` };
		case 'header':
			return { [text('headerName')]: text('headerSecret') };
		default:
			return {};
	}
}
