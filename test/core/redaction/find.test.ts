import { findPersonalData } from '../../../core/redaction';

const found = (text: string): string[] =>
	findPersonalData(text).map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);
/** Put together here so that no scanner takes a source file for a leak. */
const letters = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2eF4hJ6';
const key = (prefix: string): string => prefix + letters;

/** Each text holds one value, between « and ». */
const ONE: Record<string, string[]> = {
	email: [
		'Write to «maria.lopez@example.com».',
		'«k.weiß+it@müller-bau.example» bounces',
		'<mailto:«a_b%c@mail.example.co.uk»?subject=x>',
		'from «"odd name"@example.com»',
		"user='«o'neill@example.com»'",
		'or «billing (at) example (dot) com» then',
		'«info[at]example-werke.de»',
		'«dana at example dot com»',
		'«rrhh (arroba) example (punto) es»',
		'«maria@exam\u200bple.com»',
		'«ｍａｒｉａ＠ｅｘａｍｐｌｅ.com»',
	],
	phone: [
		'on «+44 7700 900123» after 3 pm',
		'on «+49 (0)89 99998-412»',
		'«0049 69 90009123»',
		'«020 7946 0958»',
		'«(555) 555-0142»',
		'«415.555.0132»',
		'«0211-4710-880» / room 114',
		'«0152/28817386»',
		'«01.99.00.12.34»',
		'«0199001122»',
		'«612 345 678»',
		'«91 123 45 67»',
		'móvil: «655100202»',
		'Telemóvel «912345670»',
		'«(11) 90000-1234»',
		'Tel «+1 (646) 555-0119» x204',
		'«０３０ ２３１２５ ６７８»',
	],
	iban: [
		'«GB82 WEST 1234 5698 7654 32» BIC WESTGB22',
		'IBAN: «de89370400440532013000»',
		'«NL91-ABNA-0417-1643-00»',
		'«FR14 2004 1010 0505 0001 3M02 606»',
	],
	card: ['«4242 4242 4242 4242» twice', '«4242-4242-4242-4242»', '«5555555555554444»', '«3782 822463 10005»'],
	national_id: [
		'SSN «219-09-9999»',
		'my social security number is «219099999»',
		'«AB 12 34 56 C»',
		'«86 095 742 719»',
		'Steuer-ID «12345678901»',
		'«15 070649 C 103»',
		'«12345678Z»',
		'«12.345.678-Z»',
		'NIE «X-1234567-L»',
		'«2 55 08 14 168 025 38»',
		'NIF: «123456789»',
		'«529.982.247-25»',
	],
	secret: [
		`key «${'AKIA'}IOSFODNN7EXAMPLE» in`,
		`«${key('ghp_')}»`,
		`«${key('github_pat_')}»`,
		`«${key('glpat-')}»`,
		`«${key('npm_')}»`,
		`«${key('xoxb-123-')}»`,
		`«${key('AIza')}»`,
		`«${key('sk_live_')}»`,
		`«${key('sk-ant-api03-')}»`,
		`«${key('sk-proj-')}»`,
		`«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${letters}»`,
		`Authorization: Bearer «${letters}»`,
		`-H "x-api-key: «${letters}»"`,
		`Der Zugriffstoken lautet «${letters}»`,
		`https://files.example.com/a?v=1&sig=«${letters}»&x=2`,
		`hooks.slack.com/services/«T000/B000/${letters}»`,
		`«-----BEGIN RSA PRIVATE KEY-----\n${letters}\n${letters}==\n-----END RSA PRIVATE KEY-----»`,
		`cut off: «-----BEGIN PRIVATE KEY-----\n${letters}»`,
	],
	password: [
		'password: «Summer!2026x» and',
		'pwd=«Tr0ub4dor&3»',
		'Temporary password is «kX9-plum-Rain».',
		'PIN: «48213»',
		'The PIN «7391» fails',
		'Mein Passwort ist «Sommer2026!» und',
		'Kennwort lautet «Blaukraut#77», bitte',
		'Das WLAN-Passwort lautet "«gartenzaun»"',
		'Passwort: «gartenzaun»',
		'Mi contraseña es «Verano2026*» y',
		'contrasen\u0303a: «cajas-rojas-9»',
		'Mon mot de passe est «Soleil2026!» mais',
		'mdp: «Bateau_44»',
		'A minha senha é «Praia2026!» e',
		'palavra-passe: «azul-mar-88»,',
		'He typed «Girona-2031» as his password, refused',
		'login: admin / «Pa55w0rd!»',
		'reset the PIN, the old one was «7714»',
		'I changed my password to «Winter$2027» and',
		'Door code: «4471#» fails',
		'**Password:** `«Kx9plumRain»`',
		'__Password__: *«Kx9plumRain»*',
		'https://«deploy:hunter22pw»@git.example.com/infra.git',
	],
};

describe.each(Object.entries(ONE))('%s', (kind, texts) => {
	test.each(texts)('%s', (marked) => {
		const value = marked.slice(marked.indexOf('«') + 1, marked.lastIndexOf('»'));
		expect(found(marked.replace(/[«»]/gu, ''))).toEqual([`${kind}: ${value}`]);
	});
});

/** What tickets are full of and a team needs. */
test.each([
	'Order 4500123456, delivery 80012345, invoice RE-2026-000123',
	'10.20.30.40:8443, 2001:db8:85a3::8a2e:370:7334, 00:1A:2B:3C:4D:5E, VLAN 1204',
	'version 10.0.19045.3570, @angular/core@17.2.0, KB5034441, 0x80070005',
	'2026-03-12 14:30, 12.05.2026 08:14, 01/02/2026 09:30-10:45',
	'1.234,56 €, $1,249.00, 612 345 678 kWh, 1 234 567 EUR',
	'3f2504e0-4f89-11d3-9a0c-0305e82c3301, commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
	'IMEI 356938035643809, EAN 4006381333931, ISBN 978-3-16-148410-0, 1Z999AA10123456784',
	'room 12.304, ext. 4412, Durchwahl -412, M-AB 1234, AB-123-CD',
	'ssh root@srv-db01, git@github.com:example/infra.git, C:\\Windows\\System32\\ntfs.sys',
	'Password reset needed: the self-service page says password expired',
	'Password: see below. Passwort: bitte zurücksetzen. Contraseña: la cambié ayer. Mot de passe : voir le courriel',
	'The password is incorrect. Das Passwort ist abgelaufen. Senha incorreta: o portal diz isso',
	'{"user": "...", "pass": "..."}, password=${PASSWORD}, password: ********',
	'The PIN pad is broken, pin: none, the key 14 is missing, the token expired',
	'Users log in as guest / temp since 7:30/8:00, Anmeldung an Kasse 4/Kasse 5 dauert',
	'I stopped at that point and went, hay cola de 40 personas para entrar',
])('nothing in: %s', (text) => expect(found(text)).toEqual([]));

test('what overlaps goes as one', () => {
	expect(found('password: maria.lopez7@example.com, yes')).toEqual(['email: maria.lopez7@example.com']);
	expect(found('a@example.com,b@example.com')).toEqual(['email: a@example.com', 'email: b@example.com']);
});
