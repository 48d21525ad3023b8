import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { textOf } from '../helpers/docs-page';
import { ROOT } from '../helpers/process';

it('docs/api.md is what the service says of itself', async () => {
	await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/api-docs.mjs'), '--check']);
	expect(textOf('docs/api.md').match(/^### (GET|POST|PUT|DELETE) \//gm)?.length).toBeGreaterThan(20);
});
