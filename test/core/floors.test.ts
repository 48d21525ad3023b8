import { matchFloors } from '../../core/floors';

const touched = (description: string, title = 'Ticket'): string[] =>
	matchFloors({ title, description }).map(({ name }) => name);

test.each([
	['fire', 'There is a fire in the kitchen'],
	['fire', 'The server rack is on FIRE!'],
	['fire', 'It smells of gas on the stairs'],
	['fire', 'Im Keller brennt was, es brennt wirklich'],
	['fire', 'Gasgeruch im Treppenhaus'],
	['fire', 'Hay un incendio en el almacén'],
	['fire', 'Huele a gas en la cocina'],
	['fire', 'Il y a le feu au sous-sol'],
	['fire', 'Une odeur de brûlé au deuxième étage'],
	['fire', 'A impressora pegou fogo'],
	['fire', 'Cheiro de gás no refeitório'],
	['injury', 'A colleague was injured at the press'],
	['injury', 'He cut his hand, please call an ambulance'],
	['injury', 'Arbeitsunfall in Halle 2'],
	['injury', 'Accidente laboral en la línea 3'],
	['injury', 'Accident du travail à l’atelier'],
	['injury', 'Acidente de trabalho no armazém'],
	['threat', 'He threatened to kill us'],
	['threat', 'We received a bomb threat'],
	['threat', 'Morddrohung per Post'],
	['threat', 'Recibimos una amenaza de bomba'],
	['threat', 'Une menace de mort est arrivée'],
	['threat', 'Ameaça de morte por telefone'],
	['breach', 'We had a data breach last night'],
	['breach', 'ransomware on the file server'],
	['breach', 'Mein Konto wurde gehackt'],
	['breach', 'La cuenta fue hackeada'],
	['breach', 'Mon compte a été piraté'],
	['breach', 'Vazamento de dados no portal'],
	['phishing', 'I think this is phishing'],
	['phishing', 'I entered my password on a fake page'],
	['phishing', 'Verdächtige E-Mail von der Bank'],
	['phishing', 'Recibí un correo sospechoso'],
	['phishing', 'J’ai reçu un mail suspect'],
	['phishing', 'Recebi um e-mail suspeito'],
	['harassment', 'I want to report sexual harassment'],
	['harassment', 'My manager is bullying me'],
	['harassment', 'Ich werde gemobbt'],
	['harassment', 'Denuncio acoso laboral'],
	['harassment', 'Harcèlement de la part de mon chef'],
	['harassment', 'Assédio no escritório'],
])('%s: %s', (name, text) => {
	expect(touched(text)).toContain(name);
	expect(matchFloors({ title: text, description: 'see above' }).map((floor) => floor.name)).toContain(name);
});

test.each([
	'I was fired last week, when do I get my last pay slip?',
	'The firewall blocks port 443',
	'Firewood for the fireplace in the lobby',
	'The camera is gaslit', // no gas
	'Smokers stand in front of door 2',
	'Hackathon next week: a room for 30, please',
	'The cyphishinger model', // a word within a word
	'Please review the NDA with the bulldozer company',
	'Beim Umzug blieben alle unverletzt', // ends in a phrase
	'The mobbings folder is empty', // begins with one
	'Wir brauchen neue Feuerlöscher',
	'Thanks for your help!',
])('%s touches no rule', (text) => {
	expect(touched(text)).toEqual([]);
});

test.each([
	['full width', 'ｐｈｉｓｈｉｎｇ'],
	['bold', '𝗽𝗵𝗶𝘀𝗵𝗶𝗻𝗴'],
	['soft hyphens', 'phi\u00adsh\u00ading'],
	['zero width', 'p\u200bh\u200bi\u200bs\u200bh\u200bi\u200bn\u200bg'],
	['tag characters', 'phish\u{e0069}ing'],
	['upper case', 'PHISHING'],
	['between punctuation', '(«phishing»)!'],
	['beside an underscore', '_phishing_'],
])('disguise does not help: %s', (_, text) => {
	expect(touched(text)).toEqual(['phishing']);
});

test('line breaks and spaces within a phrase do not matter', () => {
	expect(touched('data \r\n\t breach')).toEqual(['breach']);
	expect(touched('breach', 'data')).toEqual(['breach']);
	expect(touched('data\u00a0\u3000breach')).toEqual(['breach']);
});

test('accents made of two characters are read', () => {
	expect(touched('Odeur de bru\u0302le\u0301'.normalize('NFD'))).toEqual(['fire']);
	expect(touched('Verda\u0308chtiger Link')).toEqual(['phishing']);
});

test('typographic apostrophes are read', () => {
	expect(touched('There’s a fire')).toEqual(['fire']);
	expect(touched("Il m'a menacé")).toEqual(['threat']);
});

test('several rules come in order of weight', () => {
	expect(touched('phishing, ransomware, he threatened me, I was injured, sexual harassment, gas leak')).toEqual([
		'fire',
		'injury',
		'threat',
		'breach',
		'phishing',
		'harassment',
	]);
});

test('what each rule asks for', () => {
	const all = matchFloors({
		title: 'everything',
		description: 'gas leak, was injured, bomb threat, ransomware, phishing, sexual harassment',
	});
	expect(all.map(({ name, department, leastPriority, review }) => [name, department, leastPriority, review])).toEqual([
		['fire', 'Facilities', 'critical', false],
		['injury', undefined, 'critical', false],
		['threat', 'Security', 'critical', true],
		['breach', 'Security', 'critical', false],
		['phishing', 'Security', 'high', false],
		['harassment', 'HR', 'high', false],
	]);
});

test('no phrase repeats anything without a bound', () => {
	const floors = matchFloors({
		title: '',
		description: 'gas leak, was injured, bomb threat, ransomware, phishing, sexual harassment',
	});
	const unbounded = floors.flatMap(({ phrases }) => phrases).filter((phrase) => /[*+]|\{\d+,\}/u.test(phrase));
	expect(floors.flatMap(({ phrases }) => phrases).length).toBeGreaterThan(50);
	expect(unbounded).toEqual([]);
});

test.each([
	'is '.repeat(1666),
	'there is a '.repeat(454),
	'smells of smells of '.repeat(250),
	'smoke is '.repeat(555),
	'has an a '.repeat(555),
	' '.repeat(5000),
	`${'\n'.repeat(4990)}x`,
	'e\u0301'.repeat(2500),
	'\ufdfa'.repeat(5000),
	'a'.repeat(5000),
	'cut his cut her '.repeat(312),
	'wurde mich wurde uns '.repeat(238),
	'\u{e0041}'.repeat(2500),
])('comes to an end on 5,000 characters of near misses (%#)', (text) => {
	expect(touched(text)).toEqual([]);
	expect(touched(`${text} phishing`)).toEqual(['phishing']);
});
