/** A mail's text by what each part says about its subject. */
export interface MailParts {
	/** What the writer says. */
	own: string;
	/** Greeting, closing, signature, disclaimer. */
	frame: string;
	/** What the writer answers to or passes on. */
	quoted: string;
}

const QUOTE = /^\s*>/u;
const REPLY_HEADER =
	/^\s*(?:on|am|el|le|em|il|op)\s.{4,160}(?:(?:wrote|schrieb|escribi[oó]|a [eé]crit|escreveu)\s?:?|schrieb\s.{1,80}:)\s*$/iu;
const SEPARATOR =
	/^[\s_*-]*(?:original message|forwarded message|begin forwarded message|urspr[uü]ngliche nachricht|weitergeleitete nachricht|mensaje original|mensaje reenviado|message d[’' ]origine|message transf[eé]r[eé]|mensagem original|mensagem encaminhada)[\s_:*-]*$/iu;
const FROM_LINE = /^\s*\*?(?:from|von|de)\s?:\*?\s/iu;
const HEADER_LINE =
	/^\s*\*?(?:sent|date|to|subject|gesendet|datum|an|betreff|enviad[oa](?: el)?|fecha|para|asunto|envoy[eé]|objet|[àa]|data|assunto)\s?:/iu;
const GREETING =
	/^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|moin|servus|sehr geehrte|liebe[rs]?|hola|buen[oa]s|estimad[oa]s?|querid[oa]s?|bonjour|bonsoir|salut|ch[eè]re?s?|madame|monsieur|ol[aá]|oi|bom dia|boa (?:tarde|noite)|prezad[oa]s?|car[oa]s?)(?![\p{L}\p{N}])[^.?!:\n]{0,50}[,.!:]?\s*$/iu;
/** A greeting that has these goes on to the matter. */
const MATTER =
	/(?<!\p{L})(?:my|our|is|are|was|mein(?:e[nrms]?)?|unser(?:e[nrms]?)?|ist|sind|mis?|nuestr[oa]s?|es|est[aá]|mon|ma|mes|notre|nos|est|meus?|minhas?|noss[oa]s?|é)(?!\p{L})/iu;
const CLOSING =
	/^\s*(?:(?:kind|best|warm|many|with)[ -]?(?:kind |best |warm )?(?:regards|wishes|thanks)|regards|thanks(?: a lot| in advance| again)?|thank you(?: very much| in advance)?|thx|cheers|sincerely|yours (?:sincerely|truly|faithfully)|mit (?:freundlichen|besten|lieben) gr[uü](?:ß|ss)en|(?:viele|beste|liebe|freundliche|sch[oö]ne) gr[uü](?:ß|ss)e|gru(?:ß|ss)|danke(?: im voraus| schon mal)?|vielen dank|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|(?:muchas )?gracias(?: de antemano)?|cordialement|bien [àa] (?:vous|toi)|(?:meilleures |sinc[eè]res )?salutations|merci (?:d[’' ]avance|beaucoup)|atenciosamente|abra[cç]os?|cumprimentos|com os melhores cumprimentos|obrigad[oa](?: desde j[aá])?)(?![\p{L}\p{N}])[^.?!\n]{0,30}[,.!]*\s*$/iu;
/** Short closings are words of other sentences too, so at most names follow. */
const SHORT_CLOSING = /^\s*(?:[Bb]est|[Mm][Ff][Gg]|[LlVv][Gg]|[Aa][Tt][Tt])(?:[,.!\s]+\p{Lu}[\p{L}-]*){0,5}[,.!]*\s*$/u;
const SIGNATURE_MARK =
	/^\s*(?:--+|__+|sent from my .{2,40}|von meinem .{2,40} gesendet|enviado (?:desde|do) (?:mi|meu) .{2,40}|envoy[eé] de mon .{2,40})\s*$/iu;
const DISCLAIMER =
	/\b(?:intended (?:recipient|solely)|this e-?mail (?:and any|is (?:confidential|intended|private|privileged|for the))|vertrauliche informationen|este (?:correo|e-?mail) (?:es|contiene|pode)|ce (?:message|courriel) (?:est|contient))\b/iu;

const LONGEST_SIGNATURE = 12;

type Lines = Record<keyof MailParts, string[]>;

/** Which part each line belongs to; a mail that is nothing but frame is taken for what it says. */
export function splitMail(text: string): MailParts {
	const parts = sortLines(text.split(/\r\n|[\n\r\u2028]/u));
	const { own, frame, quoted } = parts;
	if (![...own, ...quoted].some((line) => line.trim() !== '')) return { own: text, frame: '', quoted: '' };
	return { own: own.join('\n'), frame: frame.join('\n'), quoted: quoted.join('\n') };
}

function sortLines(lines: readonly string[]): Lines {
	const parts: Lines = { own: [], frame: [], quoted: [] };
	let part: keyof MailParts = 'own';
	let signatureLines = 0;
	lines.forEach((line, i) => {
		if (part !== 'quoted' && startsQuotation(lines, i)) part = 'quoted';
		else if (part === 'quoted' && answersBelow(lines, i)) part = 'own';
		else if (part === 'own' && endsBody(line)) part = 'frame';
		else if (part === 'frame' && ++signatureLines > LONGEST_SIGNATURE) part = 'own';
		const greeting = part === 'own' && parts.own.length < 2 && GREETING.test(line) && !MATTER.test(line);
		parts[QUOTE.test(line) ? 'quoted' : greeting ? 'frame' : part].push(line);
	});
	return parts;
}

/** Text right below marked lines was written under them. */
function answersBelow(lines: readonly string[], i: number): boolean {
	if (lines[i].trim() === '' || QUOTE.test(lines[i])) return false;
	return QUOTE.test(lines[i - 1]) || (lines[i - 1].trim() === '' && QUOTE.test(lines[i - 2] ?? ''));
}

function startsQuotation(lines: readonly string[], i: number): boolean {
	const line = lines[i];
	if (REPLY_HEADER.test(line) || SEPARATOR.test(line)) return true;
	return FROM_LINE.test(line) && lines.slice(i + 1, i + 5).some((next) => HEADER_LINE.test(next));
}

function endsBody(line: string): boolean {
	return [SIGNATURE_MARK, CLOSING, SHORT_CLOSING, DISCLAIMER].some((mark) => mark.test(line));
}
