import type { TargetAnswer, TargetRequest } from '../target';
import type { Edition } from './fields';
import type { Issues } from './issues';
import { createPlatform } from './platform';
import { searchCloud, searchRemoved } from './search';

/** The account that signs in, which an issue may name as its reporter. */
export const CLOUD_ACCOUNT = '5b10a2844c20165700ede21g';

export const CLOUD: Edition = {
	person: { key: 'accountId', value: CLOUD_ACCOUNT },
	words: {
		project: 'Specify a valid project ID or key',
		issueType: 'Specify a valid issue type',
		summaryTooLong: "Summary can't exceed 255 characters.",
	},
};

/** What every site of Jira Cloud has, with versions 2 and 3 of the API and the search by JQL. */
export function cloudPlatform(issues: Issues, emailAddress: string): (request: TargetRequest) => TargetAnswer {
	return createPlatform({
		edition: CLOUD,
		account: { accountType: 'atlassian', emailAddress },
		versions: { 2: 'text', 3: 'document', latest: 'document' },
		searches: { '/search/jql': searchCloud, '/search': searchRemoved },
		issues,
	});
}
