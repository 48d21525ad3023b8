const { availableParallelism } = require('node:os');

/** Tests run on the sources of core/ and service/, and on the built package for nodes/. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json', diagnostics: false }],
	},
	collectCoverageFrom: ['core/**/*.ts', 'service/**/*.ts', '!**/build/**', '!**/node_modules/**'],
	coverageReporters: ['text-summary', 'json-summary', 'text'],
	coverageThreshold: { './core/': { lines: 90 }, './service/': { lines: 90 } },
	testTimeout: 30_000,
	// In one process the modules of all suites together would outgrow its heap: workers are replaced when they have grown.
	maxWorkers: Math.max(2, availableParallelism() - 1),
	workerIdleMemoryLimit: '1GB',
};
