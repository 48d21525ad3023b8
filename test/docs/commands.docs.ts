import { PAGES, stepsOf, textOf, type Step } from '../helpers/docs-page';
import { newReader } from '../helpers/docs-run';

/** Why a command may be left out, and how many there are. */
const NOT_RUN: Record<string, number> = {
	...{ 'installs packages': 2, "needs PostgreSQL's own tools": 1 },
	...{ 'needs Docker': 11, 'makes a release': 2 },
};

it.each(PAGES)('%s: every command does what the page says', async (page) => {
	const steps = stepsOf(textOf(page));
	if (!steps.some(({ kind }) => kind === 'command')) return;
	const reader = await newReader();
	try {
		for (const step of steps) await reader.take(step);
	} finally {
		await reader.end();
	}
});

it('leaves out what needs something that a test has not, and nothing else', () => {
	const left = PAGES.flatMap((page) =>
		stepsOf(textOf(page))
			.filter((step): step is Extract<Step, { kind: 'not run' }> => step.kind === 'not run')
			.map(({ why, text, line }) => ({ why, text: `${page}:${line} ${text}` })),
	);
	const counts = Object.fromEntries(
		Object.entries(Object.groupBy(left, ({ why }) => why)).map(([why, all]) => [why, all?.length]),
	);
	process.stdout.write(left.map(({ why, text }) => `not run, as it ${why}: ${text}\n`).join(''));
	expect(counts).toEqual(NOT_RUN);
});
