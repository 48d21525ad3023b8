import { DEFAULT_DEPARTMENTS } from '../core/departments';
import { INBOX_MAPPING, type Mapping } from '../core/mapping';
import { mappingProblems } from '../core/mapping-problems';
import { resolveReferences } from '../core/references';
import type { Environment } from './config';

/** A system that the environment says how to reach. */
export interface Connection {
	name: 'jira' | 'freshservice' | 'slack';
	/** Those of its variables that are set. */
	variables: string[];
	target: Target;
}

/** What a mapping to it has, whatever the department: references and no values. */
export type Target = Pick<Mapping, 'system' | 'endpoint' | 'headers' | 'settings'>;

interface Group {
	name: Connection['name'];
	/** Where one of these is set, the needed ones have to be. */
	begins: string[];
	/** With what each is. */
	needed: Record<string, string>;
	optional: string[];
	target(env: Environment): Target;
}

/** In the order in which departments without a first choice take them. */
const GROUPS: Group[] = [
	{
		name: 'jira',
		begins: ['JIRA_API_URL', 'JIRA_TOKEN'],
		needed: {
			JIRA_API_URL: 'the address of your Jira, such as https://firm.atlassian.net',
			JIRA_TOKEN: 'an API token of Jira Cloud, or a personal access token of Jira Server',
			JIRA_PROJECT_KEY: 'the key of the project that takes the tickets, such as HELP',
		},
		optional: ['JIRA_EMAIL', 'JIRA_ISSUE_TYPE'],
		target: jiraTarget,
	},
	{
		name: 'freshservice',
		begins: ['FRESHSERVICE_API_URL', 'FRESHSERVICE_TOKEN'],
		needed: {
			FRESHSERVICE_API_URL: 'the address of your Freshservice, such as https://firm.freshservice.com',
			FRESHSERVICE_TOKEN: 'the API key of an agent',
			FRESHSERVICE_REQUESTER_EMAIL: 'the e-mail address that reports tickets without one of their own',
		},
		optional: [],
		target: freshserviceTarget,
	},
	{
		name: 'slack',
		begins: ['SLACK_WEBHOOK_URL'],
		needed: { SLACK_WEBHOOK_URL: 'the address of an incoming webhook' },
		optional: [],
		target: () => ({ system: 'slack', endpoint: '${SLACK_WEBHOOK_URL}', headers: {}, settings: {} }),
	},
];

/** Every variable read here. They are for mappings to refer to, and no secrets of the service's own. */
export const CONNECTION_VARIABLES: readonly string[] = GROUPS.flatMap(variablesOf);

function variablesOf({ needed, optional }: Group): string[] {
	return [...Object.keys(needed), ...optional];
}

function isSet(env: Environment, name: string): boolean {
	return (env[name] ?? '').trim() !== '';
}

/** With an e-mail address it is Jira Cloud's way to log in, without one that of Jira Server. */
function jiraTarget(env: Environment): Target {
	const issueType = isSet(env, 'JIRA_ISSUE_TYPE') && { issue_type: '${JIRA_ISSUE_TYPE}' };
	const settings = { project_key: '${JIRA_PROJECT_KEY}', ...issueType };
	const endpoint = '${JIRA_API_URL}';
	if (!isSet(env, 'JIRA_EMAIL')) {
		return { system: 'jira_server', endpoint, headers: { Authorization: 'Bearer ${JIRA_TOKEN}' }, settings };
	}
	const login = { email: '${JIRA_EMAIL}', api_token: '${JIRA_TOKEN}' };
	return { system: 'jira', endpoint, headers: {}, settings: { ...login, ...settings } };
}

function freshserviceTarget(): Target {
	const settings = { api_key: '${FRESHSERVICE_TOKEN}', requester_email: '${FRESHSERVICE_REQUESTER_EMAIL}' };
	return { system: 'freshservice', endpoint: '${FRESHSERVICE_API_URL}', headers: {}, settings };
}

/** The systems of an environment without problems. */
export function readConnections(env: Environment): Connection[] {
	return groupsIn(env).map((group) => ({
		name: group.name,
		variables: variablesOf(group).filter((name) => isSet(env, name)),
		target: group.target(env),
	}));
}

function groupsIn(env: Environment): Group[] {
	return GROUPS.filter(({ begins }) => begins.some((name) => isSet(env, name)));
}

/** Everything that is wrong with these variables, each with its name and without its value. */
export function connectionProblems(env: Environment): string[] {
	return groupsIn(env).flatMap((group) => {
		const problems = new Map([...missing(group, env), ...malformed(group, env)]);
		// What is known to be wrong stays a reference, which counts as a value, and hides no other problem.
		const lookup = (name: string): string => (problems.has(name) ? `\${${name}}` : (env[name] ?? ''));
		const all = [...problems, ...refused(group.target(env), lookup)];
		return all.map(([name, problem]) => `${name}: ${problem}`);
	});
}

/** A variable's name, and what is wrong with it. */
type Problem = [name: string, problem: string];

const CLOUD_SITE = /^https?:\/\/[^/?#]*\.atlassian\.net(?:[:/?#]|$)/iu;

function missing({ begins, needed }: Group, env: Environment): Problem[] {
	const set = begins.filter((name) => isSet(env, name));
	const required = { ...needed };
	if (CLOUD_SITE.test(env.JIRA_API_URL ?? '') && Object.hasOwn(needed, 'JIRA_TOKEN')) {
		required.JIRA_EMAIL = 'the e-mail address of the account, without which Jira Cloud takes no token';
	}
	return Object.entries(required)
		.filter(([name]) => !isSet(env, name))
		.map(([name, what]) => [name, `is not set, and goes with ${set.join(' and ')}: ${what}`]);
}

/** What a connector would say in words that are not for a variable. */
const SHAPES: Record<string, [RegExp, string]> = {
	JIRA_TOKEN: [/^[\x21-\x7e]+$/u, 'must be a token without spaces'],
	SLACK_WEBHOOK_URL: [
		/^https:\/\/hooks\.slack(?:-gov)?\.com\/services\/[\w-]+(?:\/[\w-]+)*$/u,
		'must be the address of an incoming webhook, which begins with https://hooks.slack.com/services/',
	],
};

function malformed(group: Group, env: Environment): Problem[] {
	return variablesOf(group).flatMap((name): Problem[] => {
		const value = env[name] ?? '';
		if (!isSet(env, name)) return [];
		if (value.includes('${')) return [[name, 'must not refer to another variable: write the value itself']];
		const [shape, problem] = SHAPES[name] ?? [];
		return problem === undefined || shape?.test(value) ? [] : [[name, problem]];
	});
}

/** What the connector would refuse when a ticket is sent. */
function refused(target: Target, lookup: (name: string) => string): Problem[] {
	const resolved = resolveReferences({ ...INBOX_MAPPING, ...target }, lookup);
	return mappingProblems(resolved, DEFAULT_DEPARTMENTS).map(({ field, message }) => [
		variableBehind(field, target),
		message.replace(/^(?:settings\.\w+|the endpoint) /u, ''),
	]);
}

function variableBehind(field: string, { endpoint, settings }: Target): string {
	const setting = field.replace(/^settings\./u, '');
	const text = Object.hasOwn(settings, setting) ? settings[setting] : endpoint;
	return String(text).replace(/^\$\{|\}$/gu, '');
}
