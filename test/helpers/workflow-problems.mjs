/** Reads texts of workflows, prints what GitHub's own reader has against each. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// The reader is made for bundlers, which need not be told that JSON is JSON; and jest finds no ES module in it.
registerHooks({
	load: (url, context, next) =>
		next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } = await import('@actions/workflow-parser');

async function problems(content) {
	const { context, value } = parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter());
	if (value) await convertWorkflowTemplate(context, value);
	return context.errors.getErrors().map(({ message }) => message);
}

const texts = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(await Promise.all(texts.map(problems))));
