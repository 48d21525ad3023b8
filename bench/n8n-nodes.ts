import type { IConnections, IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { DEFAULT_DEPARTMENTS } from '../core/departments';
import { DEFAULT_GEMINI_MODEL } from '../core/gemini/models';

/** A workflow whose first node has the items, and whose second one is measured. */
export interface NodeRun {
	nodes: INode[];
	connections: IConnections;
	/** Decrypted, by type. */
	credentials: Record<string, IDataObject>;
	items: IDataObject[];
}

export interface Given {
	/** Where the model answers. */
	url: string;
	apiKey: string;
	items: IDataObject[];
	/** The node's parameter Options; empty for its defaults. */
	options: INodeParameters;
}

const CATEGORIES = DEFAULT_DEPARTMENTS.map(({ name, description }) => ({ category: name, description }));

/** Ticket Triage with the engine Gemini, an output for each department. */
export function ticketTriage({ url, apiKey, items, options }: Given): NodeRun {
	const parameters = { engine: 'gemini', outputs: 'perDepartment', options };
	return {
		nodes: [start(), nodeOf('ticketTriage', { parameters, credential: 'triageGeminiApi' })],
		connections: { start: to('ticketTriage', 'main') },
		credentials: { triageGeminiApi: { baseUrl: url, apiKey } },
		items,
	};
}

/** n8n's Text Classifier with the node Google Gemini Chat Model, the departments as its categories. */
export function textClassifier({ url, apiKey, items, options }: Given): NodeRun {
	const inputText = '={{ $json.title }}\n\n{{ $json.description }}';
	const parameters = { inputText, categories: { categories: CATEGORIES }, options };
	const model = { parameters: { modelName: `models/${DEFAULT_GEMINI_MODEL}` }, credential: 'googlePalmApi' };
	return {
		nodes: [
			start(),
			{ ...nodeOf('textClassifier', { parameters }), typeVersion: 1.1 },
			{ ...nodeOf('lmChatGoogleGemini', model), typeVersion: 1.2 },
		],
		connections: {
			start: to('textClassifier', 'main'),
			lmChatGoogleGemini: to('textClassifier', 'ai_languageModel'),
		},
		credentials: { googlePalmApi: { host: url, apiKey } },
		items,
	};
}

function start(): INode {
	return nodeOf('start', { parameters: {} });
}

function nodeOf(name: string, { parameters, credential }: { parameters: INodeParameters; credential?: string }): INode {
	const credentials = credential === undefined ? {} : { [credential]: { id: credential, name: credential } };
	return { id: name, name, type: `bench.${name}`, typeVersion: 1, position: [0, 0], parameters, credentials };
}

function to(node: string, type: 'main' | 'ai_languageModel'): IConnections[string] {
	return { [type]: [[{ node, type, index: 0 }]] };
}
