import type {
	Content as SdkContent,
	GenerateContentRequest,
	GenerateContentResponse,
	GenerationConfig,
	Schema as SdkSchema,
	SchemaType,
	TextPart,
	UsageMetadata,
} from '@google/generative-ai';
import type { Content, GeminiRequest, Schema } from '../../../core/gemini/wire';

/*
 * The core may not import the SDK, so its wire types are compared with the SDK's here, by the compiler.
 * wire.test.ts compiles this file, and again with faults put in.
 * Two differences are on purpose: the SDK spells schema types in lower case, the .proto (and the core) in upper case;
 * and thinkingConfig is newer than the SDK, which passes it on as it is.
 */
type Expect<T extends true> = T;
type Fits<A, B> = [A] extends [B] ? true : false;
type KeysOfUnion<T> = T extends unknown ? keyof T : never;
type ValueOf<T, K extends PropertyKey> = T extends Record<K, infer V> ? V : never;

type OwnConfig = Omit<GeminiRequest['generationConfig'], 'thinkingConfig'>;

export type Checks = [
	Expect<Fits<keyof GeminiRequest, keyof GenerateContentRequest>>,
	Expect<Fits<'thinkingConfig', Exclude<keyof GeminiRequest['generationConfig'], keyof GenerationConfig>>>,
	Expect<Fits<Omit<GeminiRequest, 'generationConfig'>, Omit<GenerateContentRequest, 'generationConfig'>>>,
	Expect<Fits<Content, SdkContent>>,
	Expect<Fits<keyof Content, keyof SdkContent>>,
	Expect<Fits<keyof Content['parts'][number], keyof TextPart>>,
	Expect<Fits<keyof OwnConfig, keyof GenerationConfig>>,
	Expect<Fits<Omit<OwnConfig, 'responseSchema'>, Omit<GenerationConfig, 'responseSchema'>>>,
	Expect<Fits<keyof Schema, KeysOfUnion<SdkSchema>>>,
	Expect<Fits<Schema['type'], Uppercase<`${SchemaType}`>>>,
	Expect<Fits<NonNullable<Schema['format']>, ValueOf<SdkSchema, 'format'> | 'enum'>>,
	Expect<Fits<NonNullable<Schema['enum']>, string[]>>,
	Expect<Fits<'candidates' | 'promptFeedback' | 'usageMetadata', keyof GenerateContentResponse>>,
	Expect<Fits<'promptTokenCount' | 'candidatesTokenCount', keyof UsageMetadata>>,
	Expect<Fits<'content' | 'finishReason', keyof NonNullable<GenerateContentResponse['candidates']>[number]>>,
	Expect<Fits<'blockReason', keyof NonNullable<GenerateContentResponse['promptFeedback']>>>,
];
