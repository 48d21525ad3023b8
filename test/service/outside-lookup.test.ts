import { OWN_VARIABLES } from '../../service/config';
import { outsideLookup } from '../../service/outside-lookup';
import { loadConfig } from '../../service/config';

const environment: Record<string, string> = {
	JIRA_TOKEN: 'jira',
	MAPPING_TOKEN: 'mine',
	GEMINI_API_KEY: 'gemini',
	AWS_SECRET_ACCESS_KEY: 'aws',
	HOME: '/root',
};
const lookupBy = (allowed: readonly string[]) =>
	outsideLookup((name) => environment[name], { allowed, own: OWN_VARIABLES });

it('finds what is named after a system, and nothing else of the environment', () => {
	const lookup = lookupBy(loadConfig({}, '/').allowedReferences);
	expect([lookup('JIRA_TOKEN'), lookup('MAPPING_TOKEN'), lookup('JIRA_NOT_SET')]).toEqual(['jira', 'mine', undefined]);
	for (const name of ['AWS_SECRET_ACCESS_KEY', 'HOME', 'XJIRA_TOKEN']) {
		expect(() => lookup(name)).toThrow(`refers to ${name}, which is not among ALLOWED_REFERENCES: add it there`);
	}
});

it('finds what is allowed by name', () => {
	const lookup = lookupBy(loadConfig({ ALLOWED_REFERENCES: 'HOME, AWS_*' }, '/').allowedReferences);
	expect([lookup('HOME'), lookup('AWS_SECRET_ACCESS_KEY')]).toEqual(['/root', 'aws']);
	expect(() => lookup('JIRA_TOKEN')).toThrow('ALLOWED_REFERENCES');
	expect(() => lookup('HOMER')).toThrow('ALLOWED_REFERENCES');
});

it.each(['GEMINI_API_KEY', 'TRIAGE_API_KEYS', 'WEBHOOK_SECRET', 'DATABASE_URL'])('never finds %s', (name) => {
	expect(() => lookupBy(['*', name])(name)).toThrow(`refers to ${name}, which belongs to the service itself`);
});
