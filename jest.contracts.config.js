/** Checks against the vendors' own definitions, which lie beside the project and not in it. */
module.exports = { ...require('./jest.config.js'), testMatch: ['**/*.contract.ts'], coverageThreshold: undefined };
