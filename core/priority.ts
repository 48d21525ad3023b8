import { matchFloors } from './floors';
import { plainText } from './text';
import { highestPriority, priorityRank, type Priority, type Ticket } from './ticket';

export interface SuggestedPriority {
	priority: Priority;
	/** Why, one clause each; of our own words, none of the ticket's. */
	reasons: string[];
}

interface Sign {
	reason: string;
	/** Adds to the score; below zero it lowers. */
	points: number;
	/** Patterns of plain text, bounded by non-letters. */
	phrases: string[];
}

const SIGNS: Sign[] = [
	{
		reason: 'many people are affected',
		points: 2,
		phrases: [
			'(?:whole|entire|all the|complete) (?:team|office|department|company|floor|building|site|ward|school|branch|warehouse|plant|campus|staff)',
			'(?:everyone|everybody|nobody|no one|all (?:users|employees|colleagues|staff|of us)|several (?:people|users|colleagues)|\\d{2,4} (?:people|users|employees|patients|students|customers))',
			'(?:das )?(?:ganze|gesamte|komplette) (?:team|buro|abteilung|firma|etage|gebaude|standort|station)',
			'(?:alle (?:kollegen|mitarbeiter|benutzer|nutzer)|niemand|keiner|mehrere (?:kollegen|personen))',
			'(?:todo el (?:equipo|edificio|departamento|personal)|toda la (?:oficina|planta|empresa)|todos los (?:usuarios|empleados|companeros)|nadie)',
			"(?:toute? l'(?:equipe|entreprise|etage)|tout le (?:service|monde|batiment|site)|tous les (?:utilisateurs|collegues|employes)|personne ne)",
			'(?:toda a (?:equipe|empresa)|todo o (?:predio|departamento|time|andar)|todos os (?:usuarios|colegas|funcionarios|utilizadores)|ninguem)',
		],
	},
	{
		reason: 'work stands still',
		points: 2,
		phrases: [
			"(?:can't|cannot|can not|unable to) (?:work|operate|sell|ship|deliver|treat|teach|continue|do my job)",
			'(?:line|production|plant|shop|cash desk|system|everything|whole thing|operations?) (?:is|are|has|have) (?:been )?(?:down|stopped|standing|offline|blocked|halted)',
			'(?:production|work) (?:stops|stopped|is stopping)',
			'(?:kann|konnen) (?:ich |wir )?(?:nicht|nichts) (?:mehr )?(?:arbeiten|verkaufen|liefern)',
			'(?:produktion|linie|betrieb|kasse|anlage) (?:steht|ist ausgefallen|liegt lahm)',
			'no (?:puedo|podemos) (?:trabajar|vender|atender|continuar)|(?:produccion|linea) (?:esta )?parada',
			"(?:ne )?(?:peux|pouvons) (?:plus|pas) (?:travailler|vendre|continuer)|production (?:est )?(?:arretee|a l'arret)",
			'nao (?:consigo|conseguimos) (?:trabalhar|vender|atender)|producao (?:esta )?parada',
		],
	},
	{
		reason: 'there is a deadline',
		points: 1,
		phrases: [
			'(?:(?<!since |from )today|tonight|this (?:afternoon|evening)|tomorrow|within the hour|right now|immediately|asap|as soon as possible|end of (?:the )?day|eod|deadline|before (?:noon|closing|the meeting)|by (?:monday|tuesday|wednesday|thursday|friday|noon|\\d{1,2} ?(?:am|pm|h)))',
			'(?:(?<!seit |ab )heute(?! (?:morgen|fruh))|(?<!guten |heute )morgen|sofort|umgehend|schnellstmoglich|so schnell wie moglich|frist|bis (?:montag|dienstag|mittwoch|donnerstag|freitag|mittag))',
			'(?:(?<!desde )hoy|(?<!(?:esta|la) )manana|inmediatamente|cuanto antes|lo antes posible|plazo|fecha limite)',
			"(?:(?<!depuis )aujourd'hui|demain|immediatement|des que possible|au plus vite|date limite|delai)",
			'(?:(?<!desde )hoje|amanha|imediatamente|o quanto antes|o mais rapido possivel|prazo)',
		],
	},
	{
		reason: 'it is called urgent',
		points: 1,
		phrases: [
			'urgent(?:ly|e|es|emente)?|urgen(?:cy|cia|ce)|emergency|critical|dringend|eilt|notfall|urgente?|emergencia',
		],
	},
	{
		reason: 'money is at risk',
		points: 2,
		phrases: [
			'(?:late fee|penalt(?:y|ies)|contract penalty|lose (?:the )?(?:order|customer|money|discount|deal)|payment run|double payment|wrong account|fraudulent)',
			'(?:mahngebuhr|vertragsstrafe|skonto (?:verlieren|verfallt)|zahllauf|falsches konto)',
			'(?:recargo|penalizacion|perder (?:el )?(?:cliente|pedido|descuento)|cuenta equivocada)',
			'(?:penalites?|perdre (?:le )?(?:client|contrat|marche)|mauvais compte)',
			'(?:multa|perder (?:o )?(?:cliente|contrato|desconto)|conta errada)',
		],
	},
	{
		reason: 'there is a way around it',
		points: -1,
		phrases: [
			'(?:workaround|in the meantime i (?:use|can)|i can use (?:the|another)|still works? (?:on|with|from)|for now i)',
			'(?:solange nutze|ersatzweise|notlosung|ubergangsweise|umgehung)',
			'(?:mientras tanto (?:uso|puedo)|puedo usar otr[oa])',
			"(?:en attendant (?:j'utilise|je)|je peux utiliser)",
			'(?:enquanto isso (?:uso|posso)|posso usar outr[oa])',
		],
	},
	{
		reason: 'it can wait',
		points: -2,
		phrases: [
			'(?:no (?:rush|hurry)|not urgent|when(?:ever)? you (?:have|get|find) (?:time|a (?:moment|chance|minute))|low priority|minor|cosmetic|nice to have|just (?:curious|wondering|a question)|some time next|for next (?:month|year))',
			'(?:nicht dringend|eilt nicht|keine eile|bei gelegenheit|wenn ihr zeit habt|kleinigkeit)',
			'(?:no (?:es )?urgente|sin prisa|cuando (?:puedan|tengan tiempo))',
			"(?:pas urgent|rien d'urgent|quand vous (?:aurez|avez) (?:le temps|un moment))",
			'(?:nao (?:e )?urgente|sem pressa|quando (?:puderem|tiverem tempo))',
		],
	},
];

const MATCHERS = SIGNS.map(({ phrases, ...sign }) => ({
	...sign,
	pattern: new RegExp(`(?<![\\p{L}\\p{N}])(?:${phrases.join('|')})(?![\\p{L}\\p{N}])`, 'u'),
}));

/**
 * How urgent a ticket seems by what it says: how many people, a deadline, safety, money, a way around. A proposal for
 * a person or a rule; it never replaces the priority that was given.
 */
export function suggestPriority(ticket: Pick<Ticket, 'title' | 'description'>): SuggestedPriority {
	const text = plainText(`${ticket.title}\n${ticket.description}`);
	const signs = MATCHERS.filter(({ pattern }) => pattern.test(text));
	const level = levelOf(signs.reduce((sum, sign) => sum + sign.points, 0));
	const reasons = signs.map(({ reason }) => reason);
	const floors = matchFloors(ticket);
	if (floors.length > 0) {
		const least = highestPriority(floors.map(({ leastPriority }) => leastPriority));
		const rule = `the safety rule "${floors.find(({ leastPriority }) => leastPriority === least)?.name}" applies`;
		if (priorityRank(level) <= priorityRank(least)) return { priority: least, reasons: [rule] };
		return { priority: level, reasons: [rule, ...reasons] };
	}
	return { priority: level, reasons: reasons.length > 0 ? reasons : ['nothing in it asks for another'] };
}

function levelOf(points: number): Priority {
	if (points >= 4) return 'critical';
	if (points >= 2) return 'high';
	return points < 0 ? 'low' : 'medium';
}
