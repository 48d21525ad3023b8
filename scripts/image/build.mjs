/**
 * Executes a Dockerfile without an engine: each stage is a folder, in which its very commands run. What of a container
 * that leaves out: the base image (this machine's tools and Node.js stand in for it), and being shut in.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { absolutePaths, contextFilter, readDockerfile } from './dockerfile.mjs';

/** What a system package is there for: where all of it is on this machine, nothing is installed. */
const COMMANDS_OF_PACKAGES = ['python3', 'make', 'g++'];

/** `say` is told of each step, `finished` of each stage. Returns the stages by name. */
export function buildImage({ context, folder, say, finished = () => undefined }) {
	const stages = readDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
	const built = new Map();
	const build = { context, built, folder, say, sent: contextFilter(context), paths: absolutePaths(stages) };
	for (const { name, from, instructions } of stages) {
		const stage = startStage(name, from, build);
		for (const instruction of instructions) {
			say(`${name}: ${instruction.keyword} ${instruction.text}`);
			if (!(instruction.keyword in EXECUTE)) throw new Error(`${instruction.keyword} is not known here`);
			EXECUTE[instruction.keyword](stage, instruction, build);
		}
		built.set(name, stage);
		finished(stage);
	}
	return built;
}

function startStage(name, from, { built, folder, paths, say }) {
	const root = join(folder, name);
	const base = built.get(from);
	if (base) {
		cpSync(base.root, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
		return { ...base, name, root, paths };
	}
	say(`${name}: FROM ${from}: this machine's commands and Node.js ${process.version} stand in for it`);
	mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
	copyFileSync(process.execPath, join(root, 'usr/local/bin/node'));
	chmodSync(join(root, 'usr/local/bin/node'), 0o755);
	return { name, root, paths, workdir: '/', env: {}, user: null, entrypoint: [], command: [], health: [] };
}

const EXECUTE = {
	WORKDIR(stage, { text }) {
		stage.workdir = text;
		mkdirSync(inStage(stage, text), { recursive: true });
	},
	ENV(stage, { entries }) {
		stage.env = { ...stage.env, ...Object.fromEntries(entries) };
	},
	USER(stage, { text }) {
		const [uid, gid = uid] = text.split(':').map(Number);
		stage.user = { uid, gid };
	},
	CMD: (stage, { json }) => void (stage.command = json),
	ENTRYPOINT: (stage, { json }) => void (stage.entrypoint = json),
	HEALTHCHECK: (stage, { text }) => void (stage.health = JSON.parse(text.replace(/^CMD /, ''))),
	STOPSIGNAL: (stage, { text }) => void (stage.stopSignal = text),
	COPY: copy,
	RUN: run,
};

/** Where a path of the stage is on this machine. */
export function inStage(stage, path) {
	return join(stage.root, resolve('/', stage.workdir, path));
}

/** A text with the absolute paths of the Dockerfile as they are on this machine. */
export function localized(stage, text) {
	const names = stage.paths.map((path) => path.replaceAll('.', '\\.')).join('|');
	return text.replace(new RegExp(`(?<![\\w./])(?:${names})(?![\\w.-])`, 'g'), (path) => join(stage.root, path));
}

/** The environment of commands in the stage; nothing of npm's own that the caller had. */
export function environmentOf(stage, caller = process.env) {
	const outside = Object.entries(caller).filter(
		([name]) => !/^(npm_(lifecycle|package|node)|NODE_(OPTIONS|PATH)$|INIT_CWD)/.test(name),
	);
	const path = (caller.PATH ?? '').split(':').filter((part) => !part.includes('node_modules'));
	return {
		...Object.fromEntries(outside),
		PATH: [join(stage.root, 'usr/local/bin'), ...path].join(':'),
		...Object.fromEntries(Object.entries(stage.env).map(([name, value]) => [name, localized(stage, value)])),
	};
}

function run(stage, { text }, { say }) {
	if (text.startsWith('apt-get ')) {
		const missing = COMMANDS_OF_PACKAGES.filter((name) => spawnSync('which', [name]).status !== 0);
		if (missing.length === 0) return say(`${stage.name}: NOT executed, all of it is on this machine: ${text}`);
	}
	const { status } = spawnSync('sh', ['-ec', localized(stage, text)], {
		cwd: inStage(stage, '.'),
		env: environmentOf(stage),
		stdio: ['ignore', 'inherit', 'inherit'],
	});
	if (status !== 0) throw new Error(`${stage.name}: RUN ${text} ended with ${status}`);
}

function copy(stage, { flags, words }, { context, built, sent }) {
	const target = inStage(stage, words.at(-1));
	for (const source of words.slice(0, -1)) {
		const from = flags.from ? inStage(built.get(flags.from), source) : join(context, source);
		const folder = statSync(from).isDirectory();
		const to = !folder && words.at(-1).endsWith('/') ? join(target, basename(source)) : target;
		if (flags.from) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
		else copySent(context, from, to, sent);
		if (flags.chmod) chmodSync(to, Number.parseInt(flags.chmod, 8));
	}
}

/** Copies a file, or what a folder contains, of what .dockerignore lets through. */
function copySent(context, from, to, sent) {
	const folder = statSync(from).isDirectory();
	const files = !folder
		? [from]
		: readdirSync(from, { recursive: true, withFileTypes: true })
				.filter((entry) => entry.isFile())
				.map((entry) => join(entry.parentPath, entry.name));
	const taken = files.filter((path) => sent(relative(context, path)));
	if (taken.length === 0) throw new Error(`COPY ${relative(context, from)}: .dockerignore leaves nothing of it`);
	for (const path of taken) cpSync(path, folder ? join(to, relative(from, path)) : to);
}
