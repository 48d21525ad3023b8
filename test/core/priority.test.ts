import fc from 'fast-check';
import { matchFloors } from '../../core/floors';
import { suggestPriority } from '../../core/priority';
import { PRIORITIES, priorityRank } from '../../core/ticket';
import { hostileText } from '../helpers/arbitraries';
import { cpuTimeOf } from '../helpers/cpu-time';

const suggested = (description: string, title = 'Ticket') => suggestPriority({ title, description });

test.each([
	['critical', 'The whole office cannot work, the system is down.'],
	['critical', 'Urgent: nobody can log in, production stopped.'],
	['high', 'Nobody gets any mail.'],
	['high', "I can't work since this morning"],
	['high', 'Urgent, I need it today.'],
	['high', 'We will lose the discount.'],
	['medium', 'My mouse is broken.'],
	['medium', 'I need it tomorrow.'],
	['medium', 'Nobody can print, no rush.'],
	['low', 'Not urgent, whenever you have time.'],
	['low', 'In the meantime I can use the other printer.'],
	['critical', 'Die ganze Abteilung kann nicht arbeiten, dringend!'],
	['critical', 'Niemand kommt rein, die Kasse steht.'],
	['high', 'Alle Kollegen sind betroffen.'],
	['high', 'Es eilt, bitte bis Freitag.'],
	['high', 'Dringend, ich brauche es morgen.'],
	['high', 'Es urgente, es para mañana.'],
	['medium', 'Meine Maus ist kaputt.'],
	['low', 'Das ist nicht dringend.'],
	['low', 'Bei Gelegenheit bitte die Lampe tauschen.'],
	['critical', 'Todo el equipo está afectado y no podemos trabajar.'],
	['high', 'Es urgente, lo necesito hoy.'],
	['medium', 'Mi ratón está roto.'],
	['low', 'Sin prisa, cuando tengan tiempo.'],
	['critical', 'Tout le service est touché, nous ne pouvons plus travailler.'],
	['high', 'La production est à l’arrêt.'],
	['high', 'C’est urgent, il me le faut aujourd’hui.'],
	['medium', 'Ma souris est cassée.'],
	['low', "Rien d'urgent."],
	['critical', 'Toda a equipe foi afetada, não conseguimos trabalhar.'],
	['high', 'É urgente, preciso hoje.'],
	['medium', 'O meu rato está partido.'],
	['low', 'Sem pressa, quando puderem.'],
])('%s: %s', (priority, text) => expect(suggested(text).priority).toBe(priority));

test.each([
	['critical', 'Es brennt in der Küche'],
	['critical', 'We had a data breach, no rush'],
	['critical', 'Hay un incendio, sin prisa'],
	['high', 'Phishing mail, not urgent, whenever you have time'],
	['high', 'Harcèlement au travail, rien d’urgent'],
	['critical', 'Phishing mail and there is a gas leak'],
])('a safety rule makes it %s: %s', (priority, text) => {
	const { priority: given, reasons } = suggested(text);
	expect(given).toBe(priority);
	expect(reasons).toEqual([expect.stringMatching(/^the safety rule "[a-z]+" applies$/u)]);
});

test('a safety rule is a floor, not a ceiling', () => {
	expect(suggested('Phishing mail, and the whole team cannot work')).toEqual({
		priority: 'critical',
		reasons: ['the safety rule "phishing" applies', 'many people are affected', 'work stands still'],
	});
});

test.each(['Guten Morgen, dringend', 'Urgente desde esta mañana'])('a morning is no deadline: %s', (text) => {
	expect(suggested(text)).toEqual({ priority: 'medium', reasons: ['it is called urgent'] });
});

test('reasons are our own words, one for each sign', () => {
	expect(suggested('Urgent! The whole team cannot work today. XYZZY').reasons).toEqual([
		'many people are affected',
		'work stands still',
		'there is a deadline',
		'it is called urgent',
	]);
	expect(suggested('A lamp').reasons).toEqual(['nothing in it asks for another']);
});

test('the title counts, and a sign said twice counts once', () => {
	expect(suggested('x', 'Nobody can print').priority).toBe('high');
	expect(suggested('urgent urgent urgent urgent dringend').priority).toBe('medium');
});

test.each(['insurgent mood', 'todayish', 'Notfallplanung', 'hoyo', 'penaltybox'])('%j says nothing', (text) => {
	expect(suggested(text).reasons).toEqual(['nothing in it asks for another']);
});

const SAID = [
	...['nobody can work', 'not urgent', 'no rush', 'minor', 'phishing', 'ransomware', 'es brennt', 'mobbing'],
	...['dringend', 'whenever you have time', 'workaround', 'hay un incendio', 'data leak', 'tomorrow'],
];

test('it is never lower than a safety rule asks for, and never without a reason', () => {
	const text = fc.array(fc.oneof(fc.constantFrom(...SAID), hostileText), { maxLength: 6 }).map((all) => all.join('. '));
	fc.assert(
		fc.property(text, text, (title, description) => {
			const { priority, reasons } = suggestPriority({ title, description });
			expect(PRIORITIES).toContain(priority);
			expect(reasons.length).toBeGreaterThan(0);
			for (const { leastPriority } of matchFloors({ title, description })) {
				expect(priorityRank(priority)).toBeGreaterThanOrEqual(priorityRank(leastPriority));
			}
		}),
	);
});

test.each(['the whole ', 'no ', 'kann ich ', '12 ', 'perder '])('nobody waits for a text of %j', (piece) => {
	expect(cpuTimeOf(() => suggested(piece.repeat(1500)))).toBeLessThan(1000);
});
