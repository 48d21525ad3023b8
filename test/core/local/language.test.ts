import { join } from 'node:path';
import fc from 'fast-check';
import { detectLanguage, indexLanguages, languageOf } from '../../../core/local/language';
import { LANGUAGES } from '../../../core/local/vocabulary/vocabulary';
import { readCorpus } from '../../../corpus/read-corpus';
import { hostileText } from '../../helpers/arbitraries';
import { cpuTimeOf } from '../../helpers/cpu-time';

const corpus = readCorpus(join(__dirname, '../../../corpus'));

test.each(LANGUAGES)('of the corpus in %s, at least 97 %% are recognised', async (language) => {
	const rows = corpus.filter((row) => row.language === language);
	const detected = await Promise.all(rows.map(languageOf));
	expect(rows.length).toBeGreaterThan(400);
	expect(detected.filter((one) => one === language).length / rows.length).toBeGreaterThanOrEqual(0.97);
});

test.each([
	['en', 'The printer is not working', 'It has been like this since Monday, can you please help us?'],
	['de', 'Drucker geht nicht', 'Seit heute früh druckt er nicht mehr, bitte um Hilfe.'],
	['es', 'La impresora no funciona', 'Desde ayer no imprime nada, ¿pueden ayudarme?'],
	['fr', 'Imprimante en panne', "Elle n'imprime plus depuis hier, pouvez-vous nous aider ?"],
	['pt', 'Impressora não funciona', 'Desde ontem não imprime nada, vocês podem ajudar?'],
	['de', 'Passwort', 'Kennwort vergessen'],
	['other', 'Stampante rotta', 'La stampante del secondo piano non funziona più da ieri, grazie per il vostro aiuto.'],
	['other', 'Drukarka nie działa', 'Dzień dobry, nie mogę się zalogować do komputera, proszę o pomoc.'],
	['other', 'プリンターが動きません', '昨日から印刷できません。助けてください。'],
	['other', 'Принтер не работает', 'Со вчерашнего дня ничего не печатает, помогите пожалуйста.'],
	['other', '打印机坏了', '请帮忙'],
	['other', 'الطابعة لا تعمل', 'من فضلك ساعدني'],
	['other', '4711', '0815 42 2.04'],
	['other', '???', '\u{1f600}'],
	['other', '', ''],
])('%s: %s', async (language, title, description) => {
	expect(await languageOf({ title, description })).toBe(language);
});

test('case, width and invisible characters do not matter', () => {
	expect(detectLanguage('DER DRUCKER IST KAPUTT UND WIR KÖNNEN NICHT DRUCKEN')).toBe('de');
	expect(detectLanguage('Ｔｈｅ printer is n\u00adot working')).toBe('en');
});

test('words of the vocabularies count where short words say nothing', () => {
	const all = indexLanguages({
		it: { lift: { en: 'elevator', de: 'aufzug*', es: 'ascensor', fr: 'lift', pt: 'abc' } },
	});
	expect(all).toEqual(
		new Map([
			['elevator', ['en']],
			['aufzug', ['de']],
			['ascensor', ['es']],
			['lift', ['fr']],
		]),
	);
	expect([detectLanguage('ascensor'), detectLanguage('ascensor', all)]).toEqual(['other', 'es']);
});

test('every text has one of the five, or none', async () => {
	await fc.assert(
		fc.asyncProperty(hostileText, hostileText, async (title, description) => {
			expect([...LANGUAGES, 'other']).toContain(await languageOf({ title, description }));
		}),
	);
});

test('nobody waits for a very long text', () => {
	const time = cpuTimeOf(() => {
		detectLanguage('the printer is broken '.repeat(5000));
		detectLanguage('ñ'.repeat(100_000));
	});
	expect(time).toBeLessThan(1000);
});
