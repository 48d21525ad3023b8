import fc from 'fast-check';
import { splitMail } from '../../../core/local/mail';
import { hostileText } from '../../helpers/arbitraries';
import { cpuTimeOf } from '../../helpers/cpu-time';

const BODY = 'VPN 4711 XYZ.';
const lines = (text: string): string[] => text.split(/\r\n|[\n\r\u2028]/u).filter((line) => line !== '');

test('a text without any of it is the writer’s own', () => {
	const text = 'The printer is jammed.\n\nIt pulls two sheets at once.';
	expect(splitMail(text)).toEqual({ own: text, frame: '', quoted: '' });
	expect(splitMail('')).toEqual({ own: '', frame: '', quoted: '' });
});

test.each([
	...['Hi,', 'Hello team,', 'Dear Sir or Madam', 'Good morning!', 'hey all'],
	...['Hallo zusammen,', 'Guten Tag Frau Müller,', 'Sehr geehrte Damen und Herren,', 'Moin', 'Liebe Kollegen,'],
	...['Hola,', 'Buenos días:', 'Estimada señora:', 'Buenas tardes'],
	...['Bonjour,', 'Madame, Monsieur,', 'Chère équipe,', 'Salut !'],
	...['Olá,', 'Bom dia!', 'Prezados,', 'Boa tarde, equipe'],
])('greeting: %s', (greeting) => {
	expect(splitMail(`${greeting}\n${BODY}`)).toEqual({ own: BODY, frame: greeting, quoted: '' });
});

test.each([
	...['Kind regards', 'Best regards,', 'Thanks in advance', 'Thank you!', 'Cheers', 'Sincerely,'],
	...['Mit freundlichen Grüßen', 'Viele Grüße', 'MfG', 'Vielen Dank', 'Danke im Voraus'],
	...['Un saludo', 'Saludos cordiales', 'Atentamente,', 'Muchas gracias'],
	...['Cordialement', 'Bien à vous,', 'Merci d’avance', 'Meilleures salutations'],
	...['Atenciosamente,', 'Abraços', 'Cumprimentos', 'Obrigado desde já', 'Com os melhores cumprimentos'],
	...['--', '-- ', '___', 'Sent from my iPhone', 'Von meinem iPhone gesendet', 'Enviado desde mi iPhone'],
	...['Enviado do meu iPhone', 'Envoyé de mon iPhone'],
	'This e-mail and any attachments are confidential.',
	'It is meant for the intended recipient only.',
	'Diese E-Mail kann vertrauliche Informationen enthalten.',
	'Este correo contiene información confidencial.',
	'Ce message est confidentiel.',
	'Este e-mail pode conter dados confidenciais.',
])('closing, signature or disclaimer: %s', (closing) => {
	const rest = `${closing}\nAna Example\nExample Ltd, 12 Sample Road`;
	expect(splitMail(`${BODY}\n${rest}`)).toEqual({ own: BODY, frame: rest, quoted: '' });
});

test.each([
	'On Mon, 3 Mar 2025 at 10:12, Bob <bob@example.com> wrote:',
	'Am 03.03.2025 um 10:12 Uhr schrieb:',
	'Am 03.03.2025 um 10:12 schrieb Bob <bob@example.com>:',
	'El lun, 3 mar 2025 a las 10:12, Bob (bob@example.com) escribió:',
	'Le lun. 3 mars 2025 à 10:12, Bob <bob@example.com> a écrit :',
	'Em seg., 3 de mar. de 2025 às 10:12, Bob <bob@example.com> escreveu:',
	...['-----Original Message-----', '---------- Forwarded message ---------', 'Begin forwarded message:'],
	...['-----Ursprüngliche Nachricht-----', '--- Weitergeleitete Nachricht ---'],
	...['-----Mensaje original-----', '---------- Mensaje reenviado ---------'],
	...["-----Message d'origine-----", '---------- Message transféré ---------'],
	...['-----Mensagem original-----', '---------- Mensagem encaminhada ---------'],
	'From: Bob <bob@example.com>\nSent: Monday\nTo: Ana',
	'*Von:* Bob\nGesendet: Montag\nAn: Ana\nBetreff: Rechnung',
	'De: Bob\nEnviado el: lunes\nPara: Ana\nAsunto: Factura',
	'De : Bob\nEnvoyé : lundi\nÀ : Ana\nObjet : Facture',
	'De: Bob\nEnviada: segunda-feira\nPara: Ana\nAssunto: Fatura',
])('reply or forward: %j', (header) => {
	const quoted = `${header}\n\nThe invoice is wrong.\nKind regards\nBob`;
	expect(splitMail(`${BODY}\n${quoted}`)).toEqual({ own: BODY, frame: '', quoted });
});

test('lines that begin with > are quoted, wherever they stand; what follows is the writer’s own again', () => {
	expect(splitMail('> old\nnew\n > older\nnewer')).toEqual({ own: 'new\nnewer', frame: '', quoted: '> old\n > older' });
});

test.each([
	'From: the loading bay to the gate it is dark.',
	'On Monday the boss wrote: nothing at all.',
	'Hello. The lift is stuck.',
	'Thanks to the update nothing works any more on floor three.',
	'Hi, can you reset my password?',
	'Danke, aber der Drucker geht immer noch nicht.',
	...[
		'This email is a phishing attempt',
		'LG monitor flickers',
		'Hello my laptop is broken',
		'Hallo mein Konto ist weg',
	],
])('not frame, not quoted: %s', (text) => expect(splitMail(text)).toEqual({ own: text, frame: '', quoted: '' }));

test('an answer below what it answers to is the writer’s own', () => {
	const quoted = 'On Monday Bob <bob@example.com> wrote:\n> The invoice is wrong.\n> Bob';
	expect(splitMail(`${quoted}\n\nIt was paid twice.\nMfG Ana Example`)).toEqual({
		own: 'It was paid twice.',
		frame: 'MfG Ana Example',
		quoted: `${quoted}\n`,
	});
});

test.each(['Thanks!', 'Hi,\n\nKind regards\nBob'])('nothing but frame is what it says: %j', (text) => {
	expect(splitMail(text)).toEqual({ own: text, frame: '', quoted: '' });
});

test('a greeting further down is text', () => {
	expect(splitMail('One\nTwo\nHello all,\nThree').frame).toBe('');
});

test('twelve lines after the closing a signature is over', () => {
	const text = ['Printer', 'Thanks', ...Array.from({ length: 14 }, (_, i) => `line ${i + 1}`)];
	expect(splitMail(text.join('\n'))).toMatchObject({ own: 'Printer\nline 13\nline 14' });
});

test('nothing gets lost: every line is in exactly one part, in its order', () => {
	const line = fc.oneof(
		hostileText,
		fc.constantFrom('Hi,', 'Regards', '--', '> old', 'From: a', 'Sent: b', '-----Original Message-----', BODY),
	);
	fc.assert(
		fc.property(fc.array(line, { maxLength: 30 }), fc.constantFrom('\n', '\r\n', '\r'), (some, lineBreak) => {
			const text = some.join(lineBreak);
			const parts = Object.values(splitMail(text)).map((part: string) => lines(part));
			expect(parts.flat().sort()).toEqual(lines(text).sort());
			for (const part of parts) {
				let at = -1;
				part.forEach((each) => expect((at = lines(text).indexOf(each, at + 1))).toBeGreaterThanOrEqual(0));
			}
		}),
	);
});

test.each([' ', '>', '*', 'On ', 'Thanks ', 'Hi ', '.A', ', A'])('nobody waits for a line of %j', (piece) => {
	const time = cpuTimeOf(() => {
		splitMail(piece.repeat(5000));
		splitMail(`On ${piece.repeat(5000)} wrote`);
		splitMail(`VG${piece.repeat(2400)}?`);
	});
	expect(time).toBeLessThan(500);
});
