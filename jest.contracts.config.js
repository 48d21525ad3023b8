const { project, run } = require('./jest.project.js');

/** Checks against the vendors' own definitions, which lie beside the project and not in it. */
module.exports = { ...run, ...project, testMatch: ['**/*.contract.ts'] };
