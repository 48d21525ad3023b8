import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelFile } from '../../core/local/model';
import { ROOT } from '../helpers/process';
import { startService, validBody } from '../helpers/service';

const shipped = JSON.parse(readFileSync(join(ROOT, 'core/local/model.json'), 'utf8')) as ModelFile;

function write(content: unknown): string {
	const path = join(mkdtempSync(join(tmpdir(), 'triage-model-')), 'model.json');
	writeFileSync(path, JSON.stringify(content));
	return path;
}

it('LOCAL_MODEL classifies in place of the shipped model', async () => {
	const app = await startService({ LOCAL_MODEL: write({ ...shipped, version: 'local-ours' }) });
	const { json } = await app.submit(validBody());
	await app.close();
	expect(json.classification).toMatchObject({ classifier: 'local', model: 'local-ours' });
});

it.each([
	['missing', '/nowhere/model.json'],
	['something else', write({ weights: 7 })],
	['null', write(null)],
])('a LOCAL_MODEL that is %s stops the start', async (_name, path) => {
	await expect(startService({ LOCAL_MODEL: path })).rejects.toThrow('is no model that npm run train wrote');
});
