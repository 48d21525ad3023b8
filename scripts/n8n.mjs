/** Prints the folder of an installed n8n, after installing it where it is not: for end-to-end tests and the benchmark. */
import { installTools } from './tools.mjs';

console.log(installTools('n8n', { n8n: '2.41.1' }, { rebuild: ['sqlite3'] }));
