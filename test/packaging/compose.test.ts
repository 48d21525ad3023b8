import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { parse } from 'yaml';
import { SECRET_FILES } from '../../service/secrets';
import { ROOT } from '../helpers/process';

interface Container {
	image?: string;
	build?: { context: string; target: string };
	depends_on?: Record<string, { condition: string }>;
	volumes?: string[];
	environment?: Record<string, string>;
	ports?: string[];
	networks?: string[] | Record<string, { aliases?: string[] }>;
	healthcheck?: { test?: string[]; disable?: boolean };
	restart: string;
	user?: string;
	read_only?: boolean;
	cap_drop?: string[];
	cap_add?: string[];
	security_opt?: string[];
	deploy?: { resources: { limits: { cpus: string; memory: string } } };
}

const FILE = join(ROOT, 'docker-compose.yml');
const compose = parse(readFileSync(FILE, 'utf8'), { merge: true }) as {
	services: Record<string, Container>;
	volumes: Record<string, unknown>;
	networks: Record<string, { internal?: boolean }>;
};
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const containers = Object.entries(compose.services);
const lasting = containers.filter(([name]) => name !== 'secrets');

/** Which container's folder of secrets each volume is. */
const secretsOf = (name: string): string[] =>
	SECRET_FILES.filter(({ path }) => path.startsWith(`${name}/`)).map(({ path }) => path.split('/')[1]);

it('is valid, and nothing in it is advised against', async () => {
	const linter = new DCLinter({
		rules: {
			// It would have what is merged last, and thereby the reader look up what is not in sight.
			'service-keys-order': 0,
		},
		...{ quiet: false, debug: false, exclude: [], disableRules: [] },
	} as never);
	expect(linter.lintFiles([FILE], false).flatMap(({ messages }) => messages)).toEqual([]);
});

it('has the service, its database, what watches it, and n8n', () => {
	const names = ['grafana', 'n8n', 'postgres', 'prometheus', 'secrets', 'triage'];
	expect(containers.map(([name]) => name)).toEqual(names);
});

describe.each(containers)('%s', (name, container) => {
	it('is an image of one version, or built here', () => {
		if (container.build) expect(dockerfile).toContain(` AS ${container.build.target}\n`);
		else expect(container.image).toMatch(/^[a-z/]+:v?\d+(\.\d+)+$/);
	});

	it('may do nothing that it need not', () => {
		const { read_only, cap_drop, cap_add, security_opt } = container;
		expect({ read_only, cap_drop, security_opt }).toEqual({
			...{ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
		});
		expect(cap_add).toEqual(name === 'secrets' ? ['CHOWN'] : undefined);
	});

	it('is reached from this machine only', () => {
		for (const port of container.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
	});

	it('waits for what it needs to be ready', () => {
		for (const [other, { condition }] of Object.entries(container.depends_on ?? {})) {
			expect([other, condition]).toEqual([
				other,
				other === 'secrets' ? 'service_completed_successfully' : 'service_healthy',
			]);
		}
	});

	it('mounts what there is', () => {
		for (const [from, to] of (container.volumes ?? []).map((volume) => volume.split(':'))) {
			if (from.startsWith('./')) expect([from, existsSync(join(ROOT, from))]).toEqual([from, true]);
			else expect(Object.keys(compose.volumes)).toContain(from);
			if (name !== 'secrets' && from.endsWith('-secrets'))
				expect([from, to]).toEqual([`${name}-secrets`, '/run/secrets']);
		}
	});

	it('names no secret, and only files that are made', () => {
		for (const [variable, value] of Object.entries(container.environment ?? {})) {
			if (variable.endsWith('_FILE')) expect(secretsOf(name)).toContain(value.replace('/run/secrets/', ''));
			else if (/PASSWORD|SECRET|TOKEN|KEYS?$|DATABASE_URL/.test(variable))
				expect([variable, value]).toEqual([variable, '']);
		}
	});
});

it.each(lasting)(
	'%s comes back, has limits, says whether it is well, and waits for its secrets',
	(_name, container) => {
		expect(container.restart).toBe('unless-stopped');
		expect(container.deploy?.resources.limits).toEqual({
			cpus: expect.any(String),
			memory: expect.stringMatching(/^\d+[mg]$/),
		});
		expect(container.healthcheck?.test?.[0] ?? /^HEALTHCHECK/m.exec(dockerfile)?.[0]).toMatch(/^(CMD|HEALTHCHECK)$/);
		expect(container.depends_on).toHaveProperty('secrets');
	},
);

it('every folder of secrets has a volume where they are made', () => {
	const folders = [...new Set(SECRET_FILES.map(({ path }) => path.split('/')[0]))];
	expect(compose.services.secrets.volumes).toEqual(folders.map((name) => `${name}-secrets:/secrets/${name}`));
	expect(compose.services.secrets.restart).toBe('no');
});

it('the service is where the flows of the Python agent call it', () => {
	expect(compose.services.triage.networks).toMatchObject({ default: { aliases: ['triage-agent'] } });
});

it('nothing but the service reaches the database', () => {
	expect(compose.networks.database.internal).toBe(true);
	const inside = containers.filter(([, { networks }]) => JSON.stringify(networks ?? []).includes('database'));
	expect(inside.map(([name]) => name)).toEqual(['postgres', 'triage']);
	expect(compose.services.postgres).toMatchObject({ networks: ['database'] });
	expect(compose.services.postgres.ports).toBeUndefined();
});
