/** The packed package in a real n8n, with the running service, stand-ins for what the internet holds, and a browser. */
module.exports = {
	...require('./jest.config.js'),
	testMatch: ['**/*.e2e.ts'],
	globalSetup: '<rootDir>/test/e2e/set-up.ts',
	globalTeardown: '<rootDir>/test/e2e/tear-down.ts',
	coverageThreshold: undefined,
	maxWorkers: 1,
	testTimeout: 120_000,
};
