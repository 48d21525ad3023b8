/** The languages the words are kept in. */
export const LANGUAGES = ['en', 'de', 'es', 'fr', 'pt'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * Concepts, each with its words in every language: terms of one to four words, separated by `|`. `abc*` stands for
 * words that begin so, `*abc` for words that end so. What a concept means for a department is learned, not written here.
 */
export type Vocabulary = Record<string, Record<Language, string>>;
