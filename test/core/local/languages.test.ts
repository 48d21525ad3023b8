import { DEFAULT_DEPARTMENTS } from '../../../core/departments';
import { createLocalClassifier } from '../../../core/local';
import { buildTicket } from '../../helpers/tickets';

/** Tickets whose department nobody would argue about. Written for this test; none is in the corpus. */
const OBVIOUS: [language: string, department: string, title: string, description: string][] = [
	['en', 'IT', 'Forgot my password', 'I cannot log in to my laptop because I forgot my password. Please reset it.'],
	['en', 'HR', 'Vacation days', 'How many days of annual leave do I have left this year? My pay slip does not say.'],
	[
		'en',
		'Finance',
		'Invoice not paid',
		'The supplier says that invoice 8812 is overdue. When will the payment be made?',
	],
	['en', 'Facilities', 'Heating broken', 'The heating in our office is off and a window does not close. It is cold.'],
	['en', 'Legal', 'Contract review', 'Please review this non-disclosure agreement before we sign the contract.'],
	['en', 'Security', 'Phishing mail', 'I clicked on a link in a phishing mail and typed my password there.'],
	['en', 'General', 'Thank you', 'Thanks a lot for your help, everything is fine now. Have a nice weekend!'],
	['de', 'IT', 'Passwort vergessen', 'Ich kann mich am Laptop nicht anmelden, bitte das Passwort zurücksetzen.'],
	['de', 'HR', 'Resturlaub', 'Wie viele Urlaubstage habe ich noch? Und auf der Gehaltsabrechnung fehlen Überstunden.'],
	['de', 'Finance', 'Rechnung nicht bezahlt', 'Der Lieferant mahnt die Rechnung 8812 an. Wann wird überwiesen?'],
	['de', 'Facilities', 'Heizung defekt', 'Die Heizung im Büro ist kalt und das Fenster schließt nicht.'],
	[
		'de',
		'Legal',
		'Vertrag prüfen',
		'Bitte prüft die Geheimhaltungsvereinbarung, bevor wir den Vertrag unterschreiben.',
	],
	[
		'de',
		'Security',
		'Phishing',
		'Ich habe auf einen Link in einer verdächtigen Mail geklickt und mein Passwort eingegeben.',
	],
	['de', 'General', 'Danke', 'Vielen Dank für die Hilfe, alles gut jetzt. Schönes Wochenende!'],
	['es', 'IT', 'Olvidé mi contraseña', 'No puedo entrar en el portátil, por favor restablezcan la contraseña.'],
	['es', 'HR', 'Vacaciones', '¿Cuántos días de vacaciones me quedan? En mi nómina no aparecen las horas extra.'],
	['es', 'Finance', 'Factura sin pagar', 'El proveedor reclama la factura 8812. ¿Cuándo se hará la transferencia?'],
	['es', 'Facilities', 'Calefacción averiada', 'La calefacción de la oficina no funciona y la ventana no cierra.'],
	['es', 'Legal', 'Revisar contrato', 'Por favor revisen el acuerdo de confidencialidad antes de firmar el contrato.'],
	['es', 'Security', 'Correo de phishing', 'Hice clic en un enlace de un correo sospechoso y puse mi contraseña.'],
	['es', 'General', 'Gracias', 'Muchas gracias por la ayuda, ya está todo bien. ¡Buen fin de semana!'],
	[
		'fr',
		'IT',
		'Mot de passe oublié',
		"Je n'arrive pas à me connecter à mon ordinateur, merci de réinitialiser le mot de passe.",
	],
	[
		'fr',
		'HR',
		'Congés',
		'Combien de jours de congés me reste-t-il ? Ma fiche de paie ne montre pas mes heures supplémentaires.',
	],
	['fr', 'Finance', 'Facture impayée', 'Le fournisseur réclame la facture 8812. Quand le virement sera-t-il fait ?'],
	['fr', 'Facilities', 'Chauffage en panne', 'Le chauffage du bureau est froid et la fenêtre ne ferme plus.'],
	['fr', 'Legal', 'Relire un contrat', 'Merci de relire cet accord de confidentialité avant la signature du contrat.'],
	['fr', 'Security', 'Hameçonnage', "J'ai cliqué sur un lien dans un mail suspect et j'ai donné mon mot de passe."],
	['fr', 'General', 'Merci', 'Merci beaucoup pour votre aide, tout va bien maintenant. Bon week-end !'],
	['pt', 'IT', 'Esqueci a senha', 'Não consigo entrar no notebook, por favor redefinam a minha senha.'],
	['pt', 'HR', 'Férias', 'Quantos dias de férias ainda tenho? O meu holerite não mostra as horas extras.'],
	['pt', 'Finance', 'Fatura em atraso', 'O fornecedor está cobrando a fatura 8812. Quando será feito o pagamento?'],
	['pt', 'Facilities', 'Aquecimento avariado', 'O ar condicionado do escritório não funciona e a janela não fecha.'],
	[
		'pt',
		'Legal',
		'Revisar contrato',
		'Por favor revisem o acordo de confidencialidade antes de assinarmos o contrato.',
	],
	['pt', 'Security', 'E-mail de phishing', 'Cliquei num link de um e-mail suspeito e digitei a minha senha.'],
	['pt', 'General', 'Obrigado', 'Muito obrigado pela ajuda, agora está tudo certo. Bom fim de semana!'],
];

const local = createLocalClassifier(DEFAULT_DEPARTMENTS);

/** Titles of those the model of today gets wrong. One that comes right fails here: take it out. */
const MISSED: string[] = [];
const isMissed = ([, , title]: (typeof OBVIOUS)[number]): boolean => MISSED.includes(title);

async function expectDepartment(_: string, department: string, title: string, description: string): Promise<void> {
	expect((await local.classify(buildTicket({ title, description }))).department).toBe(department);
}

test.each(OBVIOUS.filter((row) => !isMissed(row)))('%s: %s: %s', expectDepartment);
if (MISSED.length > 0) test.failing.each(OBVIOUS.filter(isMissed))('%s: %s: %s (missed)', expectDepartment);

test('few are missed', () => {
	expect(OBVIOUS.filter(isMissed)).toHaveLength(MISSED.length);
	expect(MISSED.length).toBeLessThanOrEqual(4);
});

test.each(['en', 'de', 'es', 'fr', 'pt'])('in %s, every department is asked for once', (language) => {
	const asked = OBVIOUS.filter(([of]) => of === language).map(([, department]) => department);
	expect(asked).toEqual(DEFAULT_DEPARTMENTS.map(({ name }) => name));
});

test.each([
	['the laptop is no leave', 'Laptop does not start', 'The laptop shows a black screen after the update.', 'IT'],
	[
		'illegal parking is no lawsuit',
		'Illegally parked car',
		'A car is parked in front of the loading bay gate.',
		'Facilities',
	],
])('words within words mislead nobody: %s', async (_, title, description, department) => {
	expect((await local.classify(buildTicket({ title, description }))).department).toBe(department);
});

test.each(['asdf', '???', 'lorem ipsum dolor', '1234'])('%j is for nobody in particular', async (text) => {
	const { department, confidence } = await local.classify(buildTicket({ title: text, description: text }));
	expect(department === 'General' || confidence < 0.6).toBe(true);
});

test.each([
	['Laptop broken and salary missing', 'My laptop does not start, and my pay slip for May has not come either.'],
	['Invoice and heating', 'Please pay the invoice of the plumber. The radiator in room 4 is still cold.'],
	['NDA and VPN', 'Could you review the NDA with the supplier? Besides, my VPN drops every hour.'],
	[
		'Stolen badge, holiday',
		'My badge was stolen on the train. I would also like to take two weeks of annual leave in August.',
	],
	['Drucker und Urlaub', 'Der Drucker druckt nicht. Außerdem möchte ich im August zwei Wochen Urlaub nehmen.'],
])('two departments’ concerns are no certainty: %s', async (title, description) => {
	expect((await local.classify(buildTicket({ title, description }))).confidence).toBeLessThan(0.95);
});

test.each([
	['it', 'Stampante rotta', 'La stampante al secondo piano non funziona e lampeggia una luce rossa'],
	['nl', 'Laptop kapot', 'Mijn laptop start niet meer op sinds vanmorgen, kan iemand helpen?'],
	['sv', 'Skrivaren trasig', 'Skrivaren på plan två är sönder och vi behöver hjälp idag'],
	['ja', 'プリンターが壊れた', '二階のプリンターが動きません。助けてください。'],
])('a language it has not learnt leaves it unsure: %s', async (_, title, description) => {
	expect((await local.classify(buildTicket({ title, description }))).confidence).toBeLessThan(0.75);
});
