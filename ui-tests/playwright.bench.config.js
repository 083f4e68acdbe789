const base = require('./playwright.config');

module.exports = {
  ...base,
  testIgnore: undefined,
  testMatch: '**/bench.spec.ts',
  // Nothing beside what is measured.
  workers: 1,
  // One that runs already may serve another bundle.
  webServer: { ...base.webServer, reuseExistingServer: false }
};
