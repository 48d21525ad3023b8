const { availableParallelism } = require('node:os');

/** Tests run on the sources of core/ and service/, and on the built package for nodes/. */
const project = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json', diagnostics: false }],
	},
};

const run = {
	collectCoverageFrom: ['core/**/*.ts', 'service/**/*.ts', '!**/build/**', '!**/node_modules/**'],
	coverageReporters: ['text-summary', 'json-summary', 'text'],
	testTimeout: 90_000,
	// In one process the modules of all suites together would outgrow its heap: workers are replaced when they have grown.
	// The longest suites wait for processes and databases: three find room on two cores.
	maxWorkers: Math.max(3, availableParallelism() - 1),
	workerIdleMemoryLimit: '1GB',
};

module.exports = { project, run };
