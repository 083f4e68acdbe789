const base = require('./playwright.config');

module.exports = {
  ...base,
  testIgnore: undefined,
  testMatch: '**/notebook7.spec.ts',
  use: { ...base.use, appPath: '' },
  webServer: {
    ...base.webServer,
    command: 'jlpm start:notebook',
    url: 'http://localhost:8888/tree'
  }
};
