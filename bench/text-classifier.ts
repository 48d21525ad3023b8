import type { INodeParameters } from 'n8n-workflow';
import { DEFAULT_DEPARTMENTS } from '../core/departments';
import { costOf, DEFAULT_GEMINI_MODEL } from '../core/gemini/models';
import { row } from './figures';
import { startN8n, type N8nProcess } from './n8n-client';
import { startModel, type Model, type Spent } from './n8n-model';
import { textClassifier, ticketTriage } from './n8n-nodes';
import { SCALE } from './scale';
import { clearTicket } from './storm-tickets';

const TICKETS = 200;
const CHARACTERS = 500;
const WARM_UP = 20;
/** Tickets that Ticket Triage has under way: five requests of ten. */
const AT_ONCE = 50;

interface Subject {
	node: typeof ticketTriage;
	options: INodeParameters;
	tickets: number;
}

const SUBJECTS = {
	triage: { node: ticketTriage, options: {}, tickets: TICKETS },
	classifier: { node: textClassifier, options: {}, tickets: TICKETS },
	// As many requests at once as Text Classifier makes by default.
	single: { node: ticketTriage, options: { batchSize: 1 }, tickets: TICKETS },
	wide: { node: textClassifier, options: { batching: { batchSize: AT_ONCE } }, tickets: TICKETS },
} satisfies Record<string, Subject>;
type Name = keyof typeof SUBJECTS;
const NAMES = Object.keys(SUBJECTS) as Name[];

interface Figures extends Spent {
	tickets: number;
	ms: number;
	/** In no branch, in a wrong one, or in several. */
	misplaced: number;
}

/** Ticket Triage with Gemini, and what comes with n8n for the same work, in one n8n and before the same model. */
export async function benchTextClassifier(): Promise<void> {
	console.log('Ticket Triage with Gemini (a fake one) in n8n, against n8n’s Text Classifier');
	const model = await startModel();
	try {
		const n8n = await startN8n();
		try {
			report(await measureAll(n8n, model));
		} finally {
			n8n.stop();
		}
	} finally {
		await model.close();
	}
	console.log('');
}

/** The run of median time of each; they take turns. */
async function measureAll(n8n: N8nProcess, model: Model): Promise<Record<Name, Figures>> {
	const runs = Object.fromEntries(NAMES.map((name) => [name, [] as Figures[]])) as Record<Name, Figures[]>;
	for (const name of NAMES) await measure({ ...SUBJECTS[name], tickets: WARM_UP }, n8n, model);
	for (let run = 0; run < SCALE.runs; run += 1) {
		for (const name of NAMES) runs[name].push(await measure(SUBJECTS[name], n8n, model));
	}
	const median = (figures: Figures[]): Figures => figures.sort((a, b) => a.ms - b.ms)[Math.floor(SCALE.runs / 2)];
	return Object.fromEntries(NAMES.map((name) => [name, median(runs[name])])) as Record<Name, Figures>;
}

async function measure({ node, options, tickets }: Subject, n8n: N8nProcess, model: Model): Promise<Figures> {
	const items = Array.from({ length: tickets }, (_, i) => itemOf(i));
	model.take();
	const { ms, outputs } = await n8n.run(node({ ...model, items, options }));
	const isRight = (i: number): boolean => {
		const branches = outputs.flatMap((numbers, branch) => numbers.filter((n) => n === i).map(() => branch));
		return branches.length === 1 && branches[0] === branchOf(i);
	};
	return { ...model.take(), ms, tickets, misplaced: items.filter(({ number }) => !isRight(number)).length };
}

/** 500 characters of title and description. */
function itemOf(i: number) {
	const { title, description, email } = clearTicket(i);
	const text = `${description} `.repeat(CHARACTERS / 50).slice(0, CHARACTERS - title.length);
	return { number: i, title, description: text, email };
}

/** Both nodes' branches are in the order of the departments, as are the tickets; nobody's belong to the last one. */
function branchOf(i: number): number {
	return i % (DEFAULT_DEPARTMENTS.length - 1);
}

function report({ triage, classifier, single, wide }: Record<Name, Figures>): void {
	row('both at their defaults', `${CHARACTERS} characters a ticket, medians of ${SCALE.runs} runs`);
	row('  Ticket Triage', describe(triage));
	row('  Text Classifier', describe(classifier));
	row('  ratio', `${ratios(triage, classifier)}  (to reach: 0.50 of time and tokens)`);
	row('one ticket a call, 5 calls at once', '');
	row('  Ticket Triage', describe(single));
	row('  ratio to the Text Classifier', `${ratios(single, classifier)}  (to reach: 1.00 of time)`);
	row(`${AT_ONCE} tickets at once, as Ticket Triage`, '');
	row('  Text Classifier', describe(wide));
	row('  ratio of Ticket Triage to it', ratios(triage, wide));
}

function describe({ tickets, ms, calls, refused, inputTokens, outputTokens, misplaced }: Figures): string {
	const failed = refused > 0 ? `, REFUSED ${refused}` : '';
	const tokens = `${inputTokens} tokens in, ${outputTokens} out`;
	return `${tickets} tickets in ${(ms / 1000).toFixed(2)} s, ${calls} calls${failed}, ${tokens}, ${misplaced} misplaced`;
}

/** By the ticket. */
function ratios(one: Figures, other: Figures): string {
	const ratio = (of: (figures: Figures) => number): string =>
		(of(one) / one.tickets / (of(other) / other.tickets)).toFixed(2);
	const time = ratio(({ ms }) => ms);
	const tokens = ratio(({ inputTokens, outputTokens }) => inputTokens + outputTokens);
	const price = ratio((all) => costOf(DEFAULT_GEMINI_MODEL, all.inputTokens, all.outputTokens) ?? NaN);
	return `time ${time}, tokens ${tokens}, price ${price}`;
}
