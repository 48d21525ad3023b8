import fc from 'fast-check';
import { loadShippedReader } from '../../../core/local';
import { indexConcepts } from '../../../core/local/concepts';
import { tellingWords } from '../../../core/local/explain';
import { bucketOfConcept, bucketsOfWord } from '../../../core/local/features';
import type { Model } from '../../../core/local/model';
import { ticket as anyTicket } from '../../helpers/arbitraries';
import { buildTicket } from '../../helpers/tickets';

const BUCKETS = 2 ** 17;

/** A model in which words, and concepts by number, speak for department 0. */
function leaning(words: Record<string, number>, meant: Record<number, number> = {}): Model {
	const leans = new Map<number, number>();
	for (const [word, lean] of Object.entries(words)) leans.set(bucketsOfWord(word, BUCKETS)[0], lean);
	for (const [concept, lean] of Object.entries(meant)) leans.set(bucketOfConcept(Number(concept), BUCKETS), lean);
	return {
		...{
			version: 'v',
			departments: ['IT', 'HR'],
			buckets: BUCKETS,
			cutoff: null,
			scores: () => [0, 0],
			predict: () => [0.5, 0.5],
		},
		lean: (bucket, department) => (leans.get(bucket) ?? 0) * (department === 0 ? 1 : -1),
	};
}

const none = indexConcepts({});
const told = (title: string, description: string, model: Model, concepts = none): string[] =>
	tellingWords({ title, description }, 0, { model, concepts });

test('the strongest come first, three unless told, as the ticket writes them', () => {
	const model = leaning({ vpn: 9, laptop: 7, network: 8, screen: 6, salary: -9 });
	expect(told('LAPTOP and Salary', 'The V\u00adPN, the network, the screen.', model)).toEqual([
		'network',
		'LAPTOP',
		'screen',
	]);
	expect(told('VPN', 'laptop', model)).toEqual(['VPN', 'laptop']);
	const all = { title: 'VPN laptop network', description: '' };
	expect(tellingWords(all, 0, { model, concepts: none }, 1)).toEqual(['VPN']);
});

test('another department has other words', () => {
	const ticket = { title: 'VPN salary', description: '' };
	const reader = { model: leaning({ vpn: 5, salary: -5 }), concepts: none };
	expect([0, 1].map((department) => tellingWords(ticket, department, reader))).toEqual([['VPN'], ['salary']]);
});

test('a word is named once, however it is written', () => {
	expect(told('Straßenlärm STRASSE', 'Café cafe\u0301 CAFÉ', leaning({ cafe: 5 }))).toEqual(['Café']);
});

test('what a word means counts as well', () => {
	const only = { en: 'ascensor', de: 'aufzug*', es: 'x', fr: 'y', pt: 'z' };
	const concepts = indexConcepts({ facilities: { lift: only } });
	expect(told('Der Aufzugschacht', '', leaning({}, { 0: 3 }), concepts)).toEqual(['Aufzugschacht']);
});

test('neither quoted mail, nor signatures, nor single letters are named', () => {
	const model = leaning({ vpn: 5, laptop: 5, x: 9, network: 1 });
	expect(told('x', 'network\n\nThanks\nlaptop\n> VPN', model)).toEqual(['network']);
	expect(told('', '', model)).toEqual([]);
});

test('of any ticket, they are at most three of its own words', async () => {
	const reader = await loadShippedReader();
	fc.assert(
		fc.property(anyTicket, fc.nat(6), (ticket, department) => {
			const words = tellingWords(ticket, department, reader);
			expect(words.length).toBeLessThanOrEqual(3);
			expect(new Set(words).size).toBe(words.length);
			words.forEach((word) => expect(`${ticket.title} ${ticket.description}`).toContain(word));
		}),
	);
});

test('the shipped model names what a person would', async () => {
	const reader = await loadShippedReader();
	const named = (description: string, department: string): string =>
		tellingWords(buildTicket({ title: '', description }), reader.model.departments.indexOf(department), reader).join();
	expect(named('Please pay the invoice of the supplier', 'Finance')).toMatch(/invoice|supplier/u);
	expect(named('Die Heizung im Büro ist kalt', 'Facilities')).toContain('Heizung');
	expect(named('Perdí mi tarjeta, phishing', 'Security')).toContain('phishing');
});
