import { DEFAULT_DEPARTMENTS } from '../core/departments';
import { isRecord, type JsonRecord } from '../core/json';

/** What a request asks for. */
export interface Question {
	tickets: AskedTicket[];
	/** Names that the schema allows. */
	departments: string[];
	/** The properties of an entry, in the order in which they are answered. */
	properties: string[];
	/** Whether a list of entries is asked for, or one entry. */
	list: boolean;
	inputTokens: number;
	maxOutputTokens: number;
}

export interface AskedTicket {
	/** Empty where the request does not mark its tickets. */
	id: string;
	title: string;
	description: string;
}

const CHARACTERS_A_TOKEN = 4;
const PROPERTIES = ['id', 'department', 'confidence', 'reasoning'];

/** Reads a checked request, in the table's spelling. */
export function readQuestion(message: JsonRecord): Question {
	const config = isRecord(message.generationConfig) ? message.generationConfig : {};
	const schema = config.responseSchema ?? config.responseJsonSchema;
	const texts = textsOf(message.contents);
	const characters = [...texts, ...textsOf(message.systemInstruction)].join('').length;
	const ofSchema = schema === undefined ? 0 : JSON.stringify(schema).length;
	return {
		tickets: readTickets(texts),
		...readSchema(schema),
		inputTokens: Math.ceil((characters + ofSchema) / CHARACTERS_A_TOKEN),
		maxOutputTokens: typeof config.maxOutputTokens === 'number' ? config.maxOutputTokens : 65_536,
	};
}

/** As many tokens as the fake counts for a text. */
export function tokensOf(text: string): number {
	return Math.ceil(text.length / CHARACTERS_A_TOKEN);
}

export function charactersOf(tokens: number): number {
	return tokens * CHARACTERS_A_TOKEN;
}

function textsOf(content: unknown): string[] {
	if (Array.isArray(content)) return content.flatMap(textsOf);
	const parts = isRecord(content) && Array.isArray(content.parts) ? content.parts.filter(isRecord) : [];
	return parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
}

const TICKET = /^([0-9a-f]{12}) ([0-9a-f]{8,16})\nTitle: (.*)\n\n([^]*)\n\1 end\n?$/u;

/** Parts that do not stand between lines with the request's marker are no tickets. */
function readTickets(texts: string[]): AskedTicket[] {
	const matches = texts.map((text) => TICKET.exec(text)).filter((match) => match !== null);
	if (matches.length === 0) return [{ id: '', title: '', description: texts.join('\n') }];
	const marked = matches.filter(([, marker]) => marker === matches[0][1]);
	return marked.map(([, , id, title, description]) => ({ id, title, description }));
}

function readSchema(schema: unknown): Pick<Question, 'departments' | 'properties' | 'list'> {
	const list = !isRecord(schema) || String(schema.type).toUpperCase() === 'ARRAY';
	const entry = isRecord(schema) && list ? schema.items : schema;
	const properties = isRecord(entry) && isRecord(entry.properties) ? entry.properties : {};
	const names = isRecord(properties.department) ? properties.department.enum : undefined;
	const departments = Array.isArray(names) ? names.map(String) : DEFAULT_DEPARTMENTS.map(({ name }) => name);
	return { departments, properties: orderOf(entry, properties), list };
}

/** Gemini answers properties in the order in which they are required. */
function orderOf(entry: unknown, properties: JsonRecord): string[] {
	const { propertyOrdering, required } = isRecord(entry) ? entry : {};
	const ordered = [propertyOrdering, required, Object.keys(properties)].flatMap((names) =>
		Array.isArray(names) ? names.map(String) : [],
	);
	const known = [...new Set(ordered)].filter((name) => PROPERTIES.includes(name));
	return known.length > 0 ? known : PROPERTIES;
}
