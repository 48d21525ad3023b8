const { project, run } = require('./jest.project.js');

/** Every command of the documents, as somebody types it who reads them from the top. They share this machine's ports. */
module.exports = { ...run, ...project, testMatch: ['**/*.docs.ts'], maxWorkers: 1, testTimeout: 900_000 };
