/** Reads a Dockerfile into stages, and says what of a context is sent to the engine. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { DockerfileParser } = require('dockerfile-ast');
const dockerignore = require('@balena/dockerignore');

/** Instructions that say something about the image and do nothing. */
const DESCRIPTIVE = new Set(['LABEL', 'EXPOSE', 'VOLUME']);

/**
 * The stages in order: `{name, from, instructions: [{keyword, text, flags, words, json, entries}]}`.
 * @throws Error for an instruction that is not known here, so that nothing is left out in silence
 */
export function readDockerfile(text) {
	const stages = [];
	for (const line of DockerfileParser.parse(text).getInstructions()) {
		const keyword = line.getKeyword();
		if (keyword === 'FROM') {
			stages.push({ name: line.getBuildStage() ?? String(stages.length), from: line.getImage(), instructions: [] });
		} else if (!DESCRIPTIVE.has(keyword)) {
			stages.at(-1).instructions.push(toInstruction(keyword, line));
		}
	}
	return stages;
}

function toInstruction(keyword, line) {
	const text = line.getArgumentsContent();
	const flags = Object.fromEntries((line.getFlags?.() ?? []).map((flag) => [flag.getName(), flag.getValue()]));
	const words = line.getArguments().map((word) => word.getValue());
	const json = line.getJSONStrings?.().map((word) => word.getJSONValue()) ?? [];
	const entries = line.getProperties?.().map((entry) => [entry.getName(), entry.getValue()]) ?? [];
	return { keyword, text, flags, words, json, entries };
}

/** Absolute paths that a Dockerfile speaks of. In a scratch folder they are below it. */
export function absolutePaths(stages) {
	const texts = stages.flatMap(({ instructions }) =>
		instructions.filter(({ keyword }) => keyword !== 'HEALTHCHECK').map(({ text }) => text),
	);
	const found = texts.flatMap((text) => [...text.matchAll(/(?<![\w./*])\/(?!var\/lib\/apt)\w[\w.-]*/g)]);
	return [...new Set(found.map(([path]) => path))];
}

/** True for the paths of a context that .dockerignore lets through. */
export function contextFilter(context) {
	return dockerignore()
		.add(readFileSync(join(context, '.dockerignore'), 'utf8'))
		.createFilter();
}
