/** Runs what an image starts, as the user it names where this machine lets us, and asks for its health. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentOf, inStage, localized } from './build.mjs';

const PATIENCE_MS = 60_000;

function options(stage, environment, stdio) {
	const user = process.getuid?.() === 0 && stage.user ? stage.user : {};
	const given = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, localized(stage, value)]));
	const { PATH, ...env } = environmentOf(stage, { PATH: process.env.PATH });
	return { cwd: inStage(stage, '.'), env: { PATH, ...env, ...given }, stdio, ...user };
}

/** Runs a command in the image to its end: `{status, stdout, stderr}`. */
export function runOnce(stage, [command, ...args], environment = {}) {
	const local = args.map((arg) => localized(stage, arg));
	return spawnSync(localized(stage, command), local, {
		...options(stage, environment, ['ignore', 'pipe', 'pipe']),
		encoding: 'utf8',
		timeout: PATIENCE_MS,
	});
}

/** Starts the image's command and waits until its HEALTHCHECK is content. */
export async function start(stage, environment) {
	const [command, ...args] = [...stage.entrypoint, ...stage.command];
	const child = spawn(command, args, options(stage, environment, ['ignore', 'inherit', 'inherit']));
	const exited = once(child, 'exit').then(([code, signal]) => signal ?? code);
	const stop = () => (child.kill(stage.stopSignal), exited);
	const until = Date.now() + PATIENCE_MS;
	while (runOnce(stage, stage.health, environment).status !== 0) {
		if (child.exitCode !== null || Date.now() > until) {
			await stop();
			throw new Error(`${stage.name}: HEALTHCHECK was never content`);
		}
		await sleep(200);
	}
	return { child, stop };
}
