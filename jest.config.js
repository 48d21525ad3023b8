const { project, run } = require('./jest.project.js');

/** The service's suites run a second time on a real PostgreSQL. */
const onPostgres = {
	...project,
	displayName: 'postgres',
	roots: ['<rootDir>/test/service'],
	testMatch: [
		'**/service/{http,pipeline,metrics}/**/*.test.ts',
		'**/service/{observability,corrections,writes-fail}.test.ts',
	],
	globals: { DATABASE: 'postgres' },
	globalSetup: '<rootDir>/test/postgres/set-up.ts',
	globalTeardown: '<rootDir>/test/postgres/tear-down.ts',
};

module.exports = {
	...run,
	coverageThreshold: { './core/': { lines: 90 }, './service/': { lines: 90 } },
	projects: [{ ...project, displayName: 'all' }, onPostgres],
};
