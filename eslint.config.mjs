import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const nodesBase = (...sets) => Object.assign({}, ...sets.map((set) => n8nNodesBase.configs[set].rules));

export default tseslint.config(
	{ ignores: ['**/dist/**', '**/build/**', '**/node_modules/**', 'coverage/**', 'core/local/model.json'] },
	{ linterOptions: { noInlineConfig: true } },
	{
		files: ['**/*.ts'],
		extends: [tseslint.configs.recommended, tseslint.configs.strict],
		rules: {
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			'@typescript-eslint/no-extraneous-class': 'off',
			'max-lines': ['error', 220],
			'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
			'max-params': ['error', 4],
			eqeqeq: 'error',
			'no-console': 'error',
		},
	},
	{
		// What others write is read by these: in a time that grows with its length, and no faster.
		files: ['core/**/*.ts', 'nodes/**/*.ts', 'credentials/**/*.ts', 'service/**/*.ts'],
		plugins: { regexp },
		rules: {
			'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
			'regexp/no-super-linear-move': ['error', { report: 'potential' }],
		},
	},
	{
		files: ['core/**/*.ts', 'nodes/**/*.ts', 'credentials/**/*.ts', 'package.json'],
		extends: [n8nCommunityNodesPlugin.configs.recommended],
	},
	{
		files: ['nodes/**/*.ts'],
		plugins: { 'n8n-nodes-base': n8nNodesBase },
		rules: {
			...nodesBase('nodes'),
			// They want texts where the community plugin wants NodeConnectionTypes.Main.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		},
	},
	{
		files: ['credentials/**/*.ts'],
		plugins: { 'n8n-nodes-base': n8nNodesBase },
		rules: {
			...nodesBase('credentials'),
			// It wants a key of n8n's own documentation; the community plugin wants an address.
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
		},
	},
	{
		files: ['package.json'],
		plugins: { 'n8n-nodes-base': n8nNodesBase },
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
		rules: nodesBase('community'),
	},
	{
		// People's terminals are what these write to.
		files: ['service/cli/**/*.ts', 'service/main.ts', 'corpus/**/*.ts', 'bench/**/*.ts', 'scripts/**'],
		rules: { 'no-console': 'off' },
	},
	{
		// Word lists: data, one concept after the other.
		files: ['core/local/vocabulary/*.ts'],
		rules: { 'max-lines': 'off' },
	},
	{
		files: ['test/**/*.ts'],
		rules: {
			'max-lines-per-function': 'off',
			'@typescript-eslint/no-non-null-assertion': 'off',
			'max-lines': ['error', 300],
		},
	},
);
