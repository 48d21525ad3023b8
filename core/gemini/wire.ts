/** The part of Gemini's generateContent that is used here; names as in google.ai.generativelanguage.v1beta. */
export interface GeminiRequest {
	systemInstruction: Content;
	contents: Content[];
	generationConfig: {
		responseMimeType: 'application/json';
		responseSchema: Schema;
		maxOutputTokens: number;
	};
}

export interface Content {
	role: 'user' | 'system';
	parts: { text: string }[];
}

export interface Schema {
	type: 'OBJECT' | 'STRING' | 'NUMBER';
	description?: string;
	format?: 'enum';
	enum?: string[];
	properties?: Record<string, Schema>;
	required?: string[];
}
