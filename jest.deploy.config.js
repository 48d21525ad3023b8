const { project, run } = require('./jest.project.js');

/** The alerts and the dashboard on a real Prometheus (Debian's package) that reads the running, built service. */
module.exports = { ...run, ...project, testMatch: ['**/*.deploy.ts'], maxWorkers: 1, testTimeout: 240_000 };
