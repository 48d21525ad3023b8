import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, selectors, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { N8nClient } from './n8n-client';

export type Theme = 'light' | 'dark';

/** A page of n8n with somebody signed in, and what its console complained of but for what is not n8n's. */
export interface Tab {
	page: Page;
	complaints: string[];
}

export interface OpenBrowser {
	newTab(theme?: Theme): Promise<Tab>;
	close(): Promise<void>;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const SIZE = { width: 1400, height: 900 };
const MOST_MILLISECONDS = 15_000;

selectors.setTestIdAttribute('data-test-id');

/** Chromium without a window, at the n8n at `url`. @throws an error that says what to install where there is none */
export async function openBrowser(url: string, { cookie }: N8nClient): Promise<OpenBrowser> {
	// The editor looks the package up at npm: what the internet says must change nothing here.
	const offline = `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${new URL(url).hostname}`;
	const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', offline] });
	const contexts = new Map<Theme, BrowserContext>();
	return {
		async newTab(theme = 'light') {
			const context = contexts.get(theme) ?? (await newContext(browser, { url, cookie, theme }));
			contexts.set(theme, context);
			return await newTab(context, url);
		},
		close: async () => await browser.close(),
	};
}

/** @throws an error that says what to install where there is none */
export function findChromium(): string {
	const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
	const usual = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
	const wanted = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : usual;
	const found = wanted.find(isExecutable);
	if (found !== undefined) return found;
	const where = process.env.CHROMIUM_PATH ? `at CHROMIUM_PATH (${wanted[0]})` : `named ${NAMES.join(', ')} in PATH`;
	throw new Error(
		`There is no browser ${where}: apt-get install chromium, or set CHROMIUM_PATH to a Chromium or Chrome`,
	);
}

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

interface Visit {
	url: string;
	cookie: N8nClient['cookie'];
	theme: Theme;
}

async function newContext(browser: Browser, { url, cookie, theme }: Visit): Promise<BrowserContext> {
	const context = await browser.newContext({
		...{ baseURL: url, viewport: SIZE, colorScheme: theme },
		reducedMotion: 'reduce',
	});
	context.setDefaultTimeout(MOST_MILLISECONDS);
	await context.addCookies([{ ...cookie, url }]);
	return context;
}

async function newTab(context: BrowserContext, url: string): Promise<Tab> {
	const page = await context.newPage();
	const complaints: string[] = [];
	page.on('console', (message) => {
		const from = message.location().url;
		const isForeign = from.startsWith('http') && !from.startsWith(url);
		if (message.type() === 'error' && !isForeign) complaints.push(`${message.text()} (${from})`);
	});
	page.on('pageerror', (error) => complaints.push(error.message));
	return { page, complaints };
}
