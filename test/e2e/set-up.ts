import { startN8n, type RunningN8n } from './n8n';
import { signIn } from './n8n-client';

/** What the end of all suites must stop. */
export const running: { n8n?: RunningN8n } = {};

/** One n8n serves all suites; each finds it by its address. Who has one running already names it by E2E_N8N_URL. */
export default async function setUp(): Promise<void> {
	if (!process.env.E2E_N8N_URL) {
		running.n8n = await startN8n();
		process.env.E2E_N8N_URL = running.n8n.url;
	}
	await signIn(process.env.E2E_N8N_URL);
}
