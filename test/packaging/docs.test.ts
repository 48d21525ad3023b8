import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { SECRET_FILES } from '../../service/secrets';
import { ROOT } from '../helpers/process';

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const docker = textOf('docs/docker.md');
const compose = textOf('docker-compose.yml');
const { services, volumes, name } = parse(compose) as Record<string, Record<string, unknown>>;
const manifest = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

it.each(['docs/docker.md', 'docs/releasing.md'])('%s links to files and sections that there are', (file) => {
	const text = textOf(file);
	const sections = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) =>
		title
			.toLowerCase()
			.replace(/[^\w -]/g, '')
			.replaceAll(' ', '-'),
	);
	for (const [, link] of text.matchAll(/\]\(([^)]+)\)/g)) {
		if (link.startsWith('#')) expect(sections).toContain(link.slice(1));
		else if (!link.startsWith('http'))
			expect([link, existsSync(join(ROOT, dirname(file), link))]).toEqual([link, true]);
	}
	for (const [, script] of text.matchAll(/npm run ([\w:-]+)/g)) expect(manifest.scripts).toHaveProperty([script]);
});

describe('what docs/docker.md says', () => {
	it('of containers: that they are there', () => {
		const named = [...docker.matchAll(/docker compose (?:exec|run|logs)(?: -[-\w]+(?: [A-Z_]+)?)* (\w+)/g)].map(
			([, container]) => container,
		);
		expect(named.length).toBeGreaterThan(8);
		for (const container of named) expect(Object.keys(services)).toContain(container);
	});

	it('of secrets: that they are made', () => {
		const shown = [...docker.matchAll(/exec (?:-T )?(\w+) cat \/run\/secrets\/(\w+)/g)].map(
			([, container, file]) => `${container}/${file}`,
		);
		expect(new Set(shown).size).toBe(3);
		expect(SECRET_FILES.map(({ path }) => path)).toEqual(expect.arrayContaining(shown));
		for (const [, path] of docker.matchAll(/was made of ([\w/]+),/g))
			expect(SECRET_FILES.map((file) => file.path)).toContain(path);
	});

	it('of variables: that the compose file reads them', () => {
		for (const variable of ['TRIAGE_PORT', 'N8N_PORT', 'GRAFANA_PORT', 'N8N_WEBHOOK_URL']) {
			expect(docker).toContain(variable);
			expect(compose).toContain(`\${${variable}:-`);
		}
	});

	it('of volumes: what they are called', () => {
		for (const [, volume] of docker.matchAll(new RegExp(`${String(name)}_([\\w-]+)`, 'g')))
			expect(Object.keys(volumes)).toContain(volume);
	});

	it('of the refusal without keys: what the service says', () => {
		const source = textOf('service/config.ts').replace(/' \+\s+'|` \+\s+'/g, '');
		expect(docker).toContain(
			'can be reached from other machines and nothing asks for a key. Set TRIAGE_API_KEYS=name:key, or ALLOW_ANONYMOUS=true',
		);
		expect(source).toContain(
			'can be reached from other machines and nothing asks for a key. Set TRIAGE_API_KEYS=name:key, ',
		);
	});

	it('of commands in the image: that they are compiled into it', () => {
		const commands = [...`${docker}${compose}`.matchAll(/service\/build\/service\/cli\/(\w+)\.js/g)].map(
			([, command]) => command,
		);
		expect(new Set(commands)).toEqual(new Set(['mappings', 'secrets']));
		for (const command of commands) expect(readdirSync(join(ROOT, 'service/cli'))).toContain(`${command}.ts`);
	});
});

it('Prometheus reads its key where it is', () => {
	const file = 'deploy/prometheus/prometheus.yml';
	const [, key] = /credentials_file: \/run\/secrets\/(\w+)/.exec(textOf(file)) ?? [];
	expect(SECRET_FILES.map(({ path }) => path)).toContain(`prometheus/${key}`);
	expect(textOf(file)).toContain('triage-agent:8000');
});
