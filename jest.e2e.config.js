const { project, run } = require('./jest.project.js');

/** The packed package in a real n8n, with the running service, stand-ins for what the internet holds, and a browser. */
module.exports = {
	...run,
	...project,
	testMatch: ['**/*.e2e.ts'],
	globalSetup: '<rootDir>/test/e2e/set-up.ts',
	globalTeardown: '<rootDir>/test/e2e/tear-down.ts',
	maxWorkers: 1,
	testTimeout: 120_000,
};
