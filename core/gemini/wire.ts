/** The part of Gemini's generateContent that is used here; names as in google.ai.generativelanguage.v1beta. */
export interface GeminiRequest {
	systemInstruction: Content;
	contents: Content[];
	generationConfig: {
		responseMimeType: 'application/json';
		responseSchema: Schema;
		maxOutputTokens: number;
		/** Only for models that know it; newer than the published proto. */
		thinkingConfig?: { thinkingLevel: ThinkingLevel };
		/** Only for models before 3: deprecated since 2026-07-21. */
		temperature?: number;
	};
}

export type ThinkingLevel = 'minimal' | 'low';

export interface Content {
	role: 'user' | 'system';
	parts: { text: string }[];
}

export interface Schema {
	type: 'ARRAY' | 'OBJECT' | 'STRING' | 'NUMBER';
	description?: string;
	format?: 'enum';
	enum?: string[];
	items?: Schema;
	properties?: Record<string, Schema>;
	required?: string[];
}
