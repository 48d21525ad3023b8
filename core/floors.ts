import { foldText } from './text';
import type { Priority, Ticket } from './ticket';

/** A safety rule: what it says, no ticket text and no model can lower. */
export interface Floor {
	name: string;
	/** Which department it must be, if any. */
	department?: string;
	leastPriority: Priority;
	/** Whether a person must look, however sure the classifier is. */
	review: boolean;
	/** Phrases in folded text, each bounded by non-letters. Sub-patterns have bounded length. */
	phrases: string[];
}

const FLOORS: Floor[] = [
	{
		name: 'fire',
		department: 'Facilities',
		leastPriority: 'critical',
		review: false,
		phrases: [
			"there(?: is|[’']s) (?:a )?fire",
			'(?:is|are|caught) on fire',
			'fire (?:broke out|in the)',
			'smell(?:s|ing)? (?:of )?(?:gas|smoke|burning)',
			'gas leak',
			'smoke (?:is |was )?(?:coming|pouring|rising|in the|from)',
			'es brennt',
			'brandgeruch',
			'gasgeruch',
			'riecht nach (?:gas|rauch)',
			'rauch (?:im|in|aus)',
			'hay (?:un )?(?:fuego|incendio)',
			'(?:huele|olor) a (?:gas|humo|quemado)',
			'il y a (?:le feu|un incendie)',
			'(?:odeur|sent) (?:de |le )?(?:gaz|brûlé|fumée)',
			'(?:está pegando|pegou) fogo',
			'(?:há|tem) (?:um )?(?:fogo|incêndio)',
			'cheiro (?:de|a) (?:gás|queimado|fumaça|fumo)',
		],
	},
	{
		name: 'injury',
		leastPriority: 'critical',
		review: false,
		phrases: [
			'(?:is|was|got|been|badly|seriously) (?:injured|bleeding|unconscious)',
			'call(?:ed)? an ambulance',
			'(?:cut|crushed|broke|burned) (?:his|her|their|my) (?:hand|finger|arm|leg|foot|head)',
			'arbeitsunfall',
			'(?:schwer )?verletzt',
			'bewusstlos',
			'accidente laboral',
			'(?:está|ha resultado|resultó) herid[oa]',
			'accident du travail',
			'(?:est|a été) blessée?',
			'acidente de trabalho',
			'(?:está|ficou) ferid[oa]',
		],
	},
	{
		name: 'threat',
		department: 'Security',
		leastPriority: 'critical',
		review: true,
		phrases: [
			'threat(?:s|ened|ening)? (?:me|us|him|her|them|to (?:kill|hurt|shoot|stab))',
			'(?:death|bomb) threat',
			'(?:has|have|with|carrying) an? (?:gun|knife|weapon|bomb)',
			'(?:kill|hurt) (?:myself|himself|herself|themselves)',
			'bombendrohung|morddrohung',
			'(?:hat|wurde|werde|wurden) (?:mich |uns )?bedroht',
			'amenaza (?:de bomba|de muerte)|me (?:ha amenazado|amenazó|amenaza)',
			"(?:menace de mort|alerte à la bombe)|m[’']a menacée?",
			'ameaça de (?:bomba|morte)|me ameaçou',
		],
	},
	{
		name: 'breach',
		department: 'Security',
		leastPriority: 'critical',
		review: false,
		phrases: [
			'data (?:breach|leak)',
			'ransomware',
			'(?:was|were|been|got|getting|is) hacked',
			'(?:all|my|our|the) files (?:are|were|have been|got) encrypted',
			'datenleck|datenpanne|verschlüsselungstrojaner|erpressungstrojaner',
			'(?:wurde|wurden|ist) gehackt',
			'fuga de datos|(?:ha sido|fue|han) hackead[oa]s?',
			'fuite de données|(?:a été|été) piratée?s?',
			'vazamento de dados|(?:foi|fui) hackead[oa]',
		],
	},
	{
		name: 'phishing',
		department: 'Security',
		leastPriority: 'high',
		review: false,
		phrases: [
			'phish(?:ing|ed)?',
			'(?:suspicious|strange|fake) (?:e-?mail|mail|link|attachment|text message|sms)',
			'(?:entered|gave|typed) my (?:password|credentials|login)',
			'verdächtige[rnsm]? (?:e-?mail|mail|link|anhang|anruf)',
			'(?:correo|enlace|mensaje) sospechoso',
			'(?:mail|e-?mail|courriel|lien) suspect|hameçonnage',
			'(?:e-?mail|link|mensagem) suspeit[oa]',
		],
	},
	{
		name: 'harassment',
		department: 'HR',
		leastPriority: 'high',
		review: false,
		phrases: [
			'sexual(?:ly)? harass(?:ment|ed|ing)',
			'(?:is|was|been|being|keeps) (?:harass(?:ed|ing)|bull(?:ied|ying)|groping|groped)(?: (?:me|us|her|him))?',
			'(?:sexuell|sexuelle[rn]?) (?:belästigt|belästigung)|mobbing|(?:werde|wird) gemobbt',
			'acoso (?:sexual|laboral)|me acosa',
			'harcèlement|me harcèle|harcelée?',
			'assédio|me assedia',
		],
	},
];

const MATCHERS = FLOORS.map((floor) => ({
	floor,
	pattern: new RegExp(`(?<![\\p{L}\\p{N}])(?:${floor.phrases.join('|')})(?![\\p{L}\\p{N}])`, 'u'),
}));

/** The safety rules a ticket touches, in order of weight. */
export function matchFloors(ticket: Pick<Ticket, 'title' | 'description'>): Floor[] {
	const text = foldText(`${ticket.title}\n${ticket.description}`).replace(/\s+/gu, ' ');
	return MATCHERS.filter(({ pattern }) => pattern.test(text)).map(({ floor }) => floor);
}
