import { eventually } from '../helpers/service';

/** A page of one of n8n's forms. */
export interface FormPage {
	/** Without its styles and scripts. */
	html: string;
	/** What it gives the browser to save. */
	files: { name: string; content: Buffer }[];
	/** Fills the fields in by their labels, and sends them as the page's script does. What that script is answered. */
	submit(values: Record<string, string | File>): Promise<FormAnswer>;
}

export interface FormAnswer {
	/** Where the next page will be. */
	formWaitingUrl?: string;
	/** What the page shows in the place of the form. */
	formSubmittedText?: string;
	/** The whole page instead, where there is nothing to be submitted any more. */
	html?: string;
}

/** A form that is live, or will soon be. */
export async function openForm(url: string): Promise<FormPage> {
	await atRest(url);
	const page = await eventually(async () => {
		const answer = await fetch(url);
		return answer.ok ? await answer.text() : undefined;
	}, `the form ${url}`);
	const html = page.replace(/<(style|script)\b.*?<\/\1>/gsu, '');
	return { html, files: filesIn(page), submit: async (values) => await submit(url, html, values) };
}

/** The page after a submitted one, once the workflow has come to it. An ending ends the execution, as its script does. */
export async function nextPage({ formWaitingUrl }: FormAnswer): Promise<FormPage> {
	const url = String(formWaitingUrl);
	const state = await stateAfter(AT_WORK, url);
	if (state !== 'form-waiting') throw new Error(`the form has no next page: its execution is at ${state}`);
	const page = await openForm(url);
	if (!page.html.includes('<form')) {
		await fetch(url, { method: 'POST' });
		await stateAfter([...AT_WORK, 'waiting', 'form-waiting'], url);
	}
	return page;
}

/** As long as an execution is at work, n8n leaves whoever asks for its pages, or submits one, without any answer. */
async function atRest(url: string): Promise<void> {
	if (new URL(url).pathname.startsWith('/form-waiting/')) await stateAfter(AT_WORK, url);
}

const AT_WORK = ['new', 'running'];

/** Where an execution is once it is at none of the given states, as the pages of forms ask for it. */
async function stateAfter(states: string[], waitingUrl: string): Promise<string> {
	const url = new URL(waitingUrl);
	url.pathname += '/n8n-execution-status';
	return await eventually(async () => {
		const state = await (await fetch(url)).text();
		return states.includes(state) ? undefined : state;
	}, 'the execution behind the form');
}

async function submit(url: string, html: string, values: Record<string, string | File>): Promise<FormAnswer> {
	const labels = [...html.matchAll(/<label [^>]*for='(field-\d+)'>([^<]*)<\/label>/gu)];
	const body = new FormData();
	for (const [label, value] of Object.entries(values)) {
		const field = labels.find(([, , text]) => text === label)?.[1];
		if (field === undefined) throw new Error(`the form has no field ${label}`);
		body.append(field, value);
	}
	await atRest(url);
	const answer = await fetch(url, { method: 'POST', body });
	const text = await answer.text();
	if (!answer.ok) throw new Error(`the form was answered ${answer.status} ${text}`);
	return text.startsWith('<') ? { html: text } : (JSON.parse(text) as FormAnswer);
}

function filesIn(page: string): FormPage['files'] {
	const encoded = /const binaries = "([^"]*)"/u.exec(page)?.[1] ?? '%5B%5D';
	const files = JSON.parse(decodeURIComponent(encoded)) as { fileName: string; data: string | { data: number[] } }[];
	return files.map(({ fileName: name, data }) => ({
		name,
		content: typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data.data),
	}));
}
