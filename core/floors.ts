import { plainText } from './text';
import type { Priority, Ticket } from './ticket';

/** A safety rule: what it says, no ticket text and no model can lower. */
export interface Floor {
	name: string;
	/** Which department it must be, if any. */
	department?: string;
	leastPriority: Priority;
	/** Whether a person must look, however sure the classifier is. */
	review: boolean;
	/** Patterns of plain text (see below), each bounded by non-letters. None repeats without bound. */
	phrases: string[];
}

/** What a fire may be the first word of without being one. */
const NOT_A_FIRE =
	'(?! (?:drill|drills|extinguisher|extinguishers|door|doors|exit|escape|safety|alarm test|training|warden|marshal|inspection|blanket|hose|sale|wall))';
const NOT_THE_THING = '(?! (?:awareness|training|trainings|course|simulation|simulations|schulung|quiz))';

const FLOORS: Floor[] = [
	{
		name: 'fire',
		department: 'Facilities',
		leastPriority: 'critical',
		review: false,
		phrases: [
			`there(?: is|'s|s) (?:a )?fire${NOT_A_FIRE}`,
			'(?:is|are|caught) on fire',
			'(?:building|roof|kitchen|room|bin|machine|battery|server|car|truck) is burning',
			'fire (?:broke out|in the)',
			'smell(?:s|ing)? (?:of )?(?:gas|smoke|burning)',
			'gas leaks?',
			'smoke (?:is |was )?(?:coming|pouring|rising|in the|from)',
			'es brennt',
			'es gibt (?:ein )?feuer',
			'(?:brand|gas)geruch',
			'riecht (?:hier )?nach (?:gas|rauch)',
			'rauch (?:im|in|aus)',
			'hay (?:un )?(?:fuego|incendio)',
			'(?:huele|olor) a (?:gas|humo|quemado)',
			'il y a (?:le feu|un incendie)',
			'(?:odeur|sent) (?:de |le )?(?:gaz|brule|fumee)',
			'(?:esta pegando|pegou) fogo',
			'(?:ha|tem) (?:um )?(?:fogo|incendio)',
			'cheiro (?:de|a) (?:gas|queimado|fumaca|fumo)',
		],
	},
	{
		name: 'injury',
		leastPriority: 'critical',
		review: false,
		phrases: [
			'(?:is|was|got|been|badly|seriously) (?:injured|bleeding|unconscious)(?! edge)',
			'call(?:ed)? an ambulance',
			'(?:cut|crushed|broke|burned) (?:his|her|their|my) (?:hand|finger|arm|leg|foot|head)',
			'arbeitsunfall',
			'schwer verletzt',
			'(?:sich|wurde|ist) (?:[a-z]{1,20} ){0,3}verletzt(?! (?:unser|unsere|unseren|eine|einen|die|das|den|ihre|seine) )',
			'bewusstlos',
			'accidente laboral',
			'(?:esta|ha resultado|resulto) herid[oa]',
			'accident du travail',
			'(?:est|a ete) blessee?',
			'acidente de trabalho',
			'(?:esta|ficou) ferid[oa]',
		],
	},
	{
		name: 'threat',
		department: 'Security',
		leastPriority: 'critical',
		review: true,
		phrases: [
			'threat(?:s|ened|ens|ening)? (?:me|us|him|her|them|to (?:kill|hurt|shoot|stab))',
			'(?:was|were|been|being|got) (?:physically )?threatened',
			'(?:death|bomb) threats?',
			'(?:has|have|with|carrying) an? (?:gun|knife|weapon|bomb)',
			'(?:kill|hurt) (?:myself|himself|herself|themselves)',
			'(?:bomben|mord)drohung(?:en)?',
			'(?:hat|wurde|werde|wurden) (?:mich |uns )?bedroht',
			'amenazas? (?:de bomba|de muerte)',
			'me (?:ha amenazado|amenazo|amenaza)',
			'menaces? de mort',
			'alerte a la bombe',
			"m'a menacee?",
			'ameacas? de (?:bomba|morte)',
			'me ameacou',
		],
	},
	{
		name: 'breach',
		department: 'Security',
		leastPriority: 'critical',
		review: false,
		phrases: [
			'data (?:breach(?:es)?|leaks?)',
			'ransomware',
			'(?:was|were|been|got|getting|is) hacked',
			'account (?:was|is|has been|got) compromised',
			'(?:all|my|our|the) files (?:are|were|have been|got) encrypted',
			'datenlecks?',
			'datenpannen?',
			'(?:verschlusselungs|verschluesselungs|erpressungs)trojaner',
			'(?:wurde|wurden|ist) gehackt',
			'fugas? de datos',
			'(?:me|nos) hackearon',
			'(?:ha sido|fue|han) hackead[oa]s?',
			'fuites? de donnees',
			'(?:a ete|ete) piratee?s?',
			'vazamentos? de dados',
			'(?:foi|fui) hackead[oa]',
		],
	},
	{
		name: 'phishing',
		department: 'Security',
		leastPriority: 'high',
		review: false,
		phrases: [
			`(?:spear ?)?phish(?:ing|ed)?(?: ?(?:e ?)?mails?|links?|versuche?)?${NOT_THE_THING}`,
			'(?:suspicious|strange|fake) (?:e ?mail|mail|link|attachment|text message|sms)s?',
			'(?:entered|gave|typed) my (?:password|credentials|login)',
			'verda?e?chtige[rnsm]? (?:e ?mail|mail|link|anhang|anruf)s?',
			'(?:correo|enlace|mensaje)s? sospechosos?',
			'(?:mail|e ?mail|courriel|lien)s? suspects?',
			'hameconnage',
			'(?:e ?mail|link|mensagem|mensagens)s? suspeit[oa]s?',
		],
	},
	{
		name: 'harassment',
		department: 'HR',
		leastPriority: 'high',
		review: false,
		phrases: [
			'sexual(?:ly)? harass(?:ment|ed|ing|es)',
			'harass(?:es|ing|ed) (?:me|us|her|him|them)',
			'(?:is|was|been|being|keeps) (?:harass(?:ed|ing)|bull(?:ied|ying)|groping|groped)',
			'(?:sexuell|sexuelle[rn]?) (?:belastigt|belaestigt|belastigung|belaestigung)',
			'mobbing|(?:werde|wird) gemobbt',
			'acoso (?:sexual|laboral)|me acosa',
			'harcelement|me harcele|harcelee?',
			'assedio|me assedia',
		],
	},
];

const MATCHERS = FLOORS.map((floor) => ({
	floor,
	pattern: new RegExp(`(?<![\\p{L}\\p{N}])(?:${floor.phrases.join('|')})(?![\\p{L}\\p{N}])`, 'u'),
}));

/** The safety rules a ticket touches, in order of weight. */
export function matchFloors(ticket: Pick<Ticket, 'title' | 'description'>): Floor[] {
	const text = plainText(`${ticket.title}\n${ticket.description}`);
	return MATCHERS.filter(({ pattern }) => pattern.test(text)).map(({ floor }) => floor);
}
